import { days, hours, minutes } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/* What the alerts on machines and containers compare with: shares of what there is, never gigabytes, which are another number on each machine (TR-22). 000 leaves all of them open. */

export const hostCpuHigh = threshold(
  'host_cpu_high_ratio',
  0.9,
  '000-A8 has no number. With more than nine tenths in use for a quarter of an hour whatever comes waits in line; a shorter peak is what CPUs are for.',
);

export const hostMemoryHigh = threshold(
  'host_memory_high_ratio',
  0.9,
  '000-A7 has no number. Of what the kernel calls available a tenth is left: enough to look round, and too little for another process of the usual size.',
);

export const hostMemoryExhausted = threshold(
  'host_memory_exhausted_ratio',
  0.97,
  'The kernel reads programs back from disk all the time, or begins to kill: the machine is about to be gone.',
);

export const hostOomKills = threshold(
  'host_oom_kills',
  0,
  'A process that the kernel killed had no chance to write down what it did; one is one too many.',
);

export const hostDiskLow = threshold(
  'host_disk_low_ratio',
  0.15,
  'File systems become slow when they are nearly full, and most databases want a tenth to tidy up.',
);

export const hostDiskFull = threshold(
  'host_disk_full_ratio',
  0.05,
  'Five hundredths are what ext4 keeps for root; a database that can not write stops.',
);

export const hostDiskHorizon = threshold(
  'host_disk_fill_seconds',
  days(1),
  'Time to order or to tidy up within a working day, also for who hears of it at night.',
);

export const hostDiskTrend = threshold(
  'host_disk_trend_ratio',
  0.4,
  'A disk that is mostly empty and just takes a large file does not go on like that; the line is believed when less than this is left.',
);

export const hostInodesLow = threshold(
  'host_inodes_low_ratio',
  0.05,
  'Without inodes no file can be made, however much space there is; small files go in thousands at a time.',
);

export const hostNetworkErrors = threshold(
  'host_network_error_ratio',
  0.01,
  'A network that works has none; at one packet in a hundred TCP is slow to the eye.',
);

export const hostNetworkErrorCount = threshold(
  'host_network_errors',
  10,
  'Within the window: one broken packet among a few is no share (TR-21).',
);

export const hostContainerMemoryHigh = threshold(
  'host_container_memory_high_ratio',
  0.9,
  'At its limit a process of the container is killed; a tenth is the time to look.',
);

export const hostContainerThrottled = threshold(
  'host_container_throttled_ratio',
  0.25,
  'In a quarter of the periods it had used up its share and waited, up to a tenth of a second each: what answers requests is slow by that. The share of kubernetes-mixin.',
);

export const hostContainerRestarts = threshold(
  'host_container_restarts',
  3,
  'Within a quarter of an hour: a deployment is one start, and a rollback another.',
);

export const hostContainerOoms = threshold(
  'host_container_oom_events',
  0,
  'A process that was killed at the limit was in the middle of something.',
);

export const hostContainerSettled = threshold(
  'host_container_settled_seconds',
  hours(1),
  'What ran for less than an hour was a task that came to its end, and nobody misses it.',
);

export const hostClockTolerance = threshold(
  'host_clock_tolerance_seconds',
  minutes(5),
  'A time further ahead of the clock of Prometheus comes from a clock that is wrong. Five minutes is what protocols that compare clocks allow by default (Kerberos).',
);
