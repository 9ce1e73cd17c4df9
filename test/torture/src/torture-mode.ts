/** What a run is asked for. The same seed asks for the same run, as far as two processes and a disk allow it. */
export interface TortureOptions {
  readonly seed: number;
  /** How much of it; of what, the mode says. 0 only where `minutes` or `actions` say it. */
  readonly rounds: number;
  /** Executions that somebody has to be told of besides; only for modes that have `minutesDefault`. */
  readonly actions?: number;
  /** When it is over in any case; undefined where it is over with its rounds and actions. For the same modes. */
  readonly minutes?: number | undefined;
  /** Where each fault and each violation is told as a line of JSON; undefined: among the temporary files. */
  readonly log?: string | undefined;
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
  /** Either of these. */
  readonly roundsDefault?: number;
  readonly minutesDefault?: number;
  run(options: TortureOptions): Promise<TortureReport>;
}

type Amount = Required<Pick<TortureOptions, 'rounds' | 'actions' | 'minutes'>>;

/** How much of a mode: what was asked for, or its default where nothing was. */
export function amountOf(
  asked: { readonly [name in keyof Amount]: number | undefined },
  { roundsDefault = 0, minutesDefault }: Pick<TortureMode, 'roundsDefault' | 'minutesDefault'>,
): Amount {
  const { rounds = roundsDefault, actions = 0, minutes } = asked;
  return {
    rounds,
    actions,
    minutes: minutes ?? (rounds === 0 && actions === 0 ? minutesDefault : undefined),
  };
}
