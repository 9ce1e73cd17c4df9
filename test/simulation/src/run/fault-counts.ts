/** Everything that is done to the platform. A run of many seeds must have done all of it. */
export const FAULTS = [
  'write answered late or never: written',
  'write answered late or never: lost',
  'write answered never, lands later',
  'store away',
  'message lost',
  'message twice',
  'answer lost',
  'executor killed',
  'executor killed, its writes land',
  'executor stopped',
  'gateway killed',
  'worker killed',
  'projector killed',
  'paused',
  'paused beyond the lease',
  'cut off from the bus',
  'clock jumps',
  'out of order',
  'all told at once to recover',
] as const;
export type FaultName = (typeof FAULTS)[number];
export type FaultCounts = Record<FaultName, number>;

export const noFaults = (): FaultCounts => Object.fromEntries(FAULTS.map((name) => [name, 0])) as FaultCounts;

export function addFaults(total: FaultCounts, more: FaultCounts): void {
  for (const name of FAULTS) total[name] += more[name];
}
