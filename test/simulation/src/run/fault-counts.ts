/** Everything that is done to the platform. A run of many seeds must have done all of it. */
export const FAULTS = [
  'write answered late or never: written (row 16)',
  'write answered late or never: lost (row 16)',
  'write answered never, lands later (row 16)',
  'store away',
  'store dies',
  'store dies: a write that waited is lost',
  'store dies: a write that waited lands',
  'message lost',
  'message twice',
  'answer lost (row 17)',
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
  'time passes before what is on its way arrives',
] as const;
export type FaultName = (typeof FAULTS)[number];
export type FaultCounts = Record<FaultName, number>;

export const noFaults = (): FaultCounts => Object.fromEntries(FAULTS.map((name) => [name, 0])) as FaultCounts;

export function addFaults(total: FaultCounts, more: FaultCounts): void {
  for (const name of FAULTS) total[name] += more[name];
}
