/** What a run is asked for. The same seed asks for the same run, as far as two processes and a disk allow it. */
export interface TortureOptions {
  readonly seed: number;
  /** How much of it; of what, the mode says. */
  readonly rounds: number;
  /** Prints one line of progress. */
  say(line: string): void;
}

export interface TortureReport {
  /** What was counted and measured, for the table and for machines. */
  readonly figures: Readonly<Record<string, string | number>>;
  /** Promises that were broken, in words; none is what everybody hopes for. */
  readonly violations: readonly string[];
}

/** One way to ill-treat a real platform. */
export interface TortureMode {
  readonly about: string;
  /** What `rounds` counts. */
  readonly unit: string;
  readonly roundsDefault: number;
  run(options: TortureOptions): Promise<TortureReport>;
}
