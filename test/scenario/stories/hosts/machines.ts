import { type AlertStories, alertStories, storiesOf } from '../../story.ts';
import { MACHINE, type MachineFacts, machine } from '../../world/host.ts';
import type { AlertLabels } from '../../world/stage.ts';
import { days, hours, minutes } from '../../world/time.ts';

const GIB = 2 ** 30;
const DISK = { ...MACHINE, mountpoint: '/' };

/** What is so now shows at the next evaluation. */
const ofMachine = (
  alert: string,
  facts: Pick<AlertStories, 'severity' | 'summary'>,
  held: number,
  labels: AlertLabels,
  { well, at, beyond }: { readonly [state in 'well' | 'at' | 'beyond']: MachineFacts },
): AlertStories =>
  alertStories(
    alert,
    { ...facts, runbook: `hosts.md#${alert.toLowerCase()}` },
    {
      'fires when it has been so for long enough, until it is not': async (s) => {
        const host = machine(s, well);
        await host.wait(minutes(5));
        host.is(beyond);
        await s.seen();
        await host.wait(held);
        s.fires(labels);
        await host.wait(minutes(1));
        host.is(well);
        await s.seen();
        s.resolves(labels);
        await host.wait(minutes(2));
      },
      'is quiet at what is allowed, and when it goes beyond for a moment': async (s) => {
        const host = machine(s, at);
        await host.wait(minutes(5));
        host.is(beyond);
        await host.wait(held - 30);
        host.is(at);
        await host.wait(held + minutes(2));
      },
    },
  );

export const hostMemoryExhausted = ofMachine(
  'HostMemoryExhausted',
  { severity: 'critical', summary: 'A machine has hardly any memory left.' },
  minutes(5),
  MACHINE,
  { well: { memory: 0.5 }, at: { memory: 0.9699 }, beyond: { memory: 0.98 } },
);

export const hostMemoryHigh = ofMachine(
  'HostMemoryHigh',
  { severity: 'warning', summary: 'A machine uses much of its memory.' },
  minutes(10),
  MACHINE,
  { well: { memory: 0.5 }, at: { memory: 0.8999 }, beyond: { memory: 0.92 } },
);

const diskNearlyFull = ofMachine(
  'HostDiskNearlyFull',
  { severity: 'critical', summary: 'A disk is nearly full.' },
  minutes(5),
  DISK,
  { well: { diskLeft: 0.5 }, at: { diskLeft: 0.0501 }, beyond: { diskLeft: 0.04 } },
);

const OFTEN = {
  '/': 'rw',
  '/var/lib/docker': 'rw',
  '/var/lib/kubelet/pods/1/volumes/a': 'rw',
  '/etc/hosts': 'ro',
} as const;

export const hostDiskNearlyFull: AlertStories = {
  ...diskNearlyFull,
  stories: [
    ...diskNearlyFull.stories,
    ...storiesOf('HostDiskNearlyFull', {
      'fires once for a disk that is mounted four times, by one mount for as long as that is there': async (
        s,
      ) => {
        const { '/': _root, ...others } = OFTEN;
        const deep = { ...others, '/var/lib/docker': 'ro' } as const;
        const DEEP = { ...MACHINE, mountpoint: '/var/lib/kubelet/pods/1/volumes/a' };
        const host = machine(s, { diskLeft: 0.04, mounts: deep });
        await s.seen();
        await host.wait(minutes(5));
        s.fires(DEEP);
        await host.wait(minutes(2));
        host.is({ diskLeft: 0.04, mounts: OFTEN });
        await host.wait(minutes(10));
        host.is({ diskLeft: 0.04, mounts: { '/': 'rw', '/var/lib/docker': 'rw' } });
        await s.seen();
        s.resolves(DEEP);
        await host.wait(minutes(5));
        s.fires(DISK);
        await host.wait(minutes(2));
      },
    }),
  ],
};

export const hostDiskReadOnly = alertStories(
  'HostDiskReadOnly',
  {
    severity: 'critical',
    summary: 'A disk can no longer be written to.',
    runbook: 'hosts.md#hostdiskreadonly',
  },
  {
    'fires when a disk turns read-only that is nearly full, which is no longer told, until it is not': async (
      s,
    ) => {
      const host = machine(s, { diskLeft: 0.04, mounts: OFTEN });
      await host.wait(minutes(20));
      host.is({ diskLeft: 0.04, mounts: { '/': 'ro', '/var/lib/docker': 'ro', '/etc/hosts': 'ro' } });
      await s.seen();
      await host.wait(minutes(5));
      s.fires(DISK);
      await host.wait(minutes(10));
      host.is({ diskLeft: 0.04, mounts: OFTEN });
      await s.seen();
      s.resolves(DISK);
      await host.wait(minutes(5));
    },
    'is quiet of one that always was, and of a mount beside one that can be written to': async (s) => {
      const host = machine(s, { readonly: true });
      await host.wait(minutes(10));
      host.is({ mounts: { '/data': 'rw' } });
      await host.wait(minutes(10));
      host.is({ mounts: { '/data': 'ro', '/data/now': 'rw' } });
      await host.wait(minutes(10));
    },
    'goes on for days, though Prometheus knows by hourly copies alone that it could be written to': {
      pace: { scrape: minutes(30), evaluation: minutes(30) },
      scripts: [
        async (s) => {
          const host = machine(s);
          await s.wait(hours(1));
          host.is({ readonly: true });
          await s.seen();
          await s.wait(minutes(30));
          s.fires(DISK);
          await s.wait(days(6));
          host.is({});
          await s.seen();
          s.resolves(DISK);
          await s.wait(hours(1));
        },
      ],
    },
  },
);

export const hostDiskSpaceLow = ofMachine(
  'HostDiskSpaceLow',
  { severity: 'warning', summary: 'A disk is getting full.' },
  minutes(15),
  DISK,
  { well: { diskLeft: 0.5 }, at: { diskLeft: 0.1501 }, beyond: { diskLeft: 0.13 } },
);

export const hostInodesLow = ofMachine(
  'HostInodesLow',
  { severity: 'warning', summary: 'A disk can hardly take another file.' },
  minutes(15),
  DISK,
  { well: { inodesLeft: 0.5 }, at: { inodesLeft: 0.0501 }, beyond: { inodesLeft: 0.04 } },
);

export const hostDiskWillFill = alertStories(
  'HostDiskWillFill',
  {
    severity: 'warning',
    summary: 'A disk will be full within a day.',
    runbook: 'hosts.md#hostdiskwillfill',
  },
  {
    'fires an hour after the line reaches the end within a day, until there is room again': async (s) => {
      // 39 GiB at 4 GiB an hour are ten hours.
      const host = machine(s, { diskLeft: 0.39, fills: 4 * GIB });
      await host.wait(30);
      await host.wait(hours(1));
      s.fires(DISK);
      await host.wait(minutes(5));
      host.is({ diskLeft: 0.5 });
      await s.seen();
      s.resolves(DISK);
      await host.wait(minutes(5));
    },
    'is quiet while more than two fifths are left, and of a disk that nobody can write to': async (s) => {
      const host = machine(s, { diskLeft: 0.9, fills: 10 * GIB });
      await host.wait(hours(3));
      host.is({ diskLeft: 0.3, fills: 10 * GIB, readonly: true });
      await host.wait(hours(1.5));
    },
  },
);

export const hostCpuHigh = alertStories(
  'HostCpuHigh',
  {
    severity: 'warning',
    summary: 'A machine has no CPU to spare.',
    runbook: 'hosts.md#hostcpuhigh',
  },
  {
    'fires when more than nine tenths have been in use for a quarter of an hour, until they are not': async (
      s,
    ) => {
      const host = machine(s, { busy: 3.8 });
      await s.seen();
      await host.wait(30);
      await host.wait(minutes(15));
      s.fires(MACHINE);
      await s.seen();
      host.is({ busy: 1 });
      await host.wait(minutes(1));
      s.resolves(MACHINE);
      await host.wait(minutes(5));
      s.reads('job_instance:node_cpu:ratio', [MACHINE, 0.25]);
    },
    'is quiet at nine tenths, and at a peak of some minutes': async (s) => {
      const host = machine(s, { busy: 3.6 });
      await host.wait(minutes(20));
      host.is({ busy: 4 });
      await host.wait(minutes(10));
      host.is({ busy: 1 });
      await host.wait(minutes(10));
    },
  },
);

export const hostOutOfMemory = alertStories(
  'HostOutOfMemory',
  {
    severity: 'warning',
    summary: 'The kernel of a machine killed processes for memory.',
    runbook: 'hosts.md#hostoutofmemory',
  },
  {
    'fires a minute after a process was killed, until a while after': async (s) => {
      const host = machine(s);
      await host.wait(minutes(20) + 15);
      host.kill();
      await s.seen();
      const seen = s.now;
      await host.wait(minutes(1));
      s.fires(MACHINE);
      await s.until(seen + minutes(15 + 15));
      s.resolves(MACHINE);
      await s.wait(minutes(5));
    },
    'tells afterwards of a kill in the time in which the machine could not be reached (S10)': async (s) => {
      const host = machine(s);
      await host.wait(minutes(10));
      host.reachable(false);
      host.kill();
      await host.wait(minutes(25));
      host.reachable(true);
      await s.seen();
      const seen = s.now;
      await host.wait(minutes(1));
      s.fires(MACHINE);
      await s.until(seen + minutes(15 + 15));
      s.resolves(MACHINE);
      await s.wait(minutes(5));
    },
    'is quiet while nobody is, where it was long before anybody looked (S17), and when the machine boots':
      async (s) => {
        const host = machine(s);
        host.kill();
        await host.wait(minutes(20));
        host.boot();
        await host.wait(minutes(20));
      },
  },
);

const CARD = { ...MACHINE, device: 'eth0' };

export const hostNetworkErrors = alertStories(
  'HostNetworkErrors',
  {
    severity: 'warning',
    summary: 'A network card loses packets.',
    runbook: 'hosts.md#hostnetworkerrors',
  },
  {
    'fires when more than a hundredth of the packets of a card are broken': async (s) => {
      const host = machine(s, { packets: 100, broken: 2 });
      await s.seen();
      await host.wait(30);
      await host.wait(minutes(5));
      s.fires(CARD);
      await host.wait(minutes(2));
      host.is({ packets: 100 });
      await host.wait(minutes(23));
      s.resolves(CARD);
      await host.wait(minutes(20));
    },
    'is quiet at a hundredth, and of one broken packet among a few': async (s) => {
      const host = machine(s, { packets: 100, broken: 0.99 });
      await host.wait(minutes(25));
      host.is({ packets: 0.05, broken: 0.005 });
      await host.wait(minutes(40));
    },
  },
);
