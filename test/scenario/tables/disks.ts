import {
  DAYS,
  type Dice,
  HOURS,
  type Labels,
  RECENT,
  remembered,
  ruleOf,
  type Sheet,
  type Table,
  table,
  WEEKS,
} from './table.ts';
import { keptPast } from './totals.ts';

/* The disks of machines: by which of its mounts each is told of, and which of them can no longer be written to. */

const READONLY = 'node_filesystem_readonly';
const SHOWN = 'job_instance_device_mountpoint:node_filesystem_shown:info';
const TURNED = 'job_instance_mountpoint:node_filesystem_turned_readonly:max';

/** What lies on a disk, and what the kernel makes up. */
const ON_DISK =
  'ext2 ext3 ext4 xfs btrfs zfs f2fs jfs reiserfs bcachefs nfs nfs4 cifs vfat exfat ntfs ceph virtiofs fuseblk fuse.ceph-fuse fuse.glusterfs'.split(
    ' ',
  );
const MADE_UP = ['tmpfs', 'overlay', 'squashfs', 'ext', 'nfs42', 'xfs2'];
/** The first three are no deeper than one folder. */
const MOUNTS = ['/', '/data', '/srv', '/srv/a', '/var/lib/b'];
const isNearRoot = (mount: string): boolean => !mount.slice(1).includes('/');

interface Mount {
  readonly labels: Labels & { readonly mountpoint: string };
  /** The most that its file systems on a disk say; undefined where none says anything. */
  readonly readonly: number | undefined;
  /** Whether the disk was told of by it within a week. */
  readonly was: boolean;
}

const rankOf = ({ labels, readonly, was }: Mount): number =>
  readonly !== 0 ? 0 : was ? 3 : isNearRoot(labels.mountpoint) ? 2 : 1;

/** Of each disk its mounts, no two of which might be told of as well as one another. */
function tellDisks(sheet: Sheet, each: (mounts: readonly Mount[]) => void): void {
  const { dice, reach } = sheet;
  for (const job of ['node', 'edge'])
    for (const instance of ['a', 'b'])
      for (const device of ['sda', 'sdb', 'sdc', 'sdd', 'sde']) {
        const mounts: Mount[] = [];
        for (const mountpoint of MOUNTS.filter(() => dice.maybe(0.6))) {
          const labels = { job, instance, device, mountpoint };
          const says = ON_DISK.filter(() => dice.maybe(0.06)).map((type) => [type, saidOf(dice)] as const);
          const past = dice.maybe(0.4) ? keptPast(dice, reach, () => dice.one(1, 2, 3)) : NONE;
          const was = remembered(past.self, past.copies) !== undefined;
          const values = says.map(([, value]) => value);
          const mount = { labels, readonly: values.length === 0 ? undefined : Math.max(...values), was };
          const isSecond = mounts.some((other) => rankOf(other) > 0 && rankOf(other) === rankOf(mount));
          if (isSecond) continue;
          mounts.push(mount);
          for (const [fstype, value] of says) sheet.tell(READONLY, { ...labels, fstype }, value);
          if (dice.maybe(0.3))
            sheet.tell(READONLY, { ...labels, fstype: dice.one(...MADE_UP) }, dice.one(0, 1));
          sheet.tell(SHOWN, labels, past.self);
          sheet.tell(`${SHOWN}_hourly`, labels, past.copies);
        }
        each(mounts);
      }
}

const NONE = { self: [], copies: [] };
const saidOf = (dice: Dice): number => dice.one(0, 0, 0, 0, 1);

function tellShown(sheet: Sheet): void {
  tellDisks(sheet, (mounts) => {
    const [best] = mounts.toSorted((a, b) => rankOf(b) - rankOf(a));
    if (best !== undefined && rankOf(best) > 0) sheet.expect(best.labels, rankOf(best));
  });
}

function tellTurned(sheet: Sheet): void {
  const expected = new Map<string, Labels>();
  tellDisks(sheet, (mounts) => {
    if (mounts.some(({ readonly }) => readonly === 0)) return;
    for (const { labels, readonly, was } of mounts) {
      const { device: _, ...rest } = labels;
      if (readonly === 1 && was) expected.set(JSON.stringify(rest), rest);
    }
  });
  for (const labels of expected.values()) sheet.expect(labels, 1);
}

const inAll = (record: string, tell: (sheet: Sheet) => void): Table[] =>
  [HOURS, DAYS, RECENT, WEEKS].flatMap((reach) =>
    [1, 2, 3].map((seed) => table(ruleOf(record), { reach, seed }, tell)),
  );

/** The tables of disks. */
export const diskTables: readonly Table[] = [...inAll(SHOWN, tellShown), ...inAll(TURNED, tellTurned)];
