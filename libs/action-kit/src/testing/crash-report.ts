import type { Effects } from '../policy.js';

/** `not promised`: more than one effect, where the class itself excludes the case. */
export type Verdict = 'kept' | 'broken' | 'not promised';

/** What the lab cannot work with: a mistake in how it was asked. `assertKept` throws it as well, with what was broken. */
export class CrashLabError extends Error {
  override readonly name = 'CrashLabError';
}

/** One life of the action, in which this went wrong. */
export interface CrashLife {
  /** None in the life where nothing goes wrong. */
  readonly faults: readonly string[];
  readonly handlerCalls: number;
  readonly effects: number;
  /** As recorded. */
  readonly outcome: string;
  readonly verdict: Verdict;
  readonly why?: string;
  /** What happened, one line each. */
  readonly story: readonly string[];
}

export const PROMISES: Readonly<Record<Effects, string>> = {
  none: 'no effect',
  idempotent: 'exactly one effect',
  transactional: 'exactly one effect',
  verifiable: 'one effect, if the probe tells the truth and no earlier call can land after it',
  unsafe: 'at most one effect',
};

const STORIES_MAX = 3;
/** Lives with two faults in the table: most of them tell what one fault has told. */
const BROKEN_TWICE_MAX = 5;

/** What became of an action at each boundary of its life. */
export class CrashReport {
  constructor(
    readonly action: string,
    readonly effects: Effects,
    readonly lives: readonly CrashLife[],
    /** Lives that were not lived, because there are more than the lab was allowed. */
    readonly leftOut: number,
  ) {}

  get promise(): string {
    return PROMISES[this.effects];
  }

  get broken(): readonly CrashLife[] {
    return this.lives.filter(({ verdict }) => verdict === 'broken');
  }

  get kept(): boolean {
    return this.broken.length === 0;
  }

  /**
   * @param leavesOut what was not lived may stay so; otherwise it is what is not known, and no promise kept
   * @throws CrashLabError a life broke the promise, or was left out: with the table, and with the story of broken lives
   */
  assertKept({ leavesOut = false }: { readonly leavesOut?: boolean } = {}): void {
    if (!this.kept || (this.leftOut > 0 && !leavesOut)) throw new CrashLabError(String(this));
  }

  /** A table: each life with one fault, of those with two what is to be said about them, and the story of broken ones. */
  toString(): string {
    const { broken, lives } = this;
    const single = lives.filter(({ faults }) => faults.length < 2);
    const double = lives.filter(({ faults }) => faults.length > 1);
    const brokenTwice = double.filter(({ verdict }) => verdict === 'broken');
    const verdict = broken.length === 0 ? 'kept' : `broken in ${broken.length}`;
    return [
      `${this.action} (${this.effects}: ${this.promise}): ${verdict} of ${lives.length} lives`,
      '',
      ...tableOf([...single, ...brokenTwice.slice(0, BROKEN_TWICE_MAX)]),
      ...(double.length > 0
        ? [
            '',
            `and ${double.length} lives with one more death, of which ${brokenTwice.length} broke the promise`,
          ]
        : []),
      ...(this.leftOut > 0 ? ['', `${this.leftOut} lives more were not lived: raise livesMax`] : []),
      ...broken.slice(0, STORIES_MAX).flatMap(storyOf),
    ].join('\n');
  }
}

const HEADINGS = ['what goes wrong', 'calls', 'effects', 'recorded', 'promise'];

function tableOf(lives: readonly CrashLife[]): string[] {
  const rows = lives.map(({ faults, handlerCalls, effects, outcome, verdict }) => [
    faults.join('; then ') || 'nothing',
    String(handlerCalls),
    String(effects),
    outcome,
    verdict === 'broken' ? 'BROKEN' : verdict,
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(HEADINGS), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

const storyOf = ({ faults, why = '', story }: CrashLife): string[] => [
  '',
  `BROKEN when ${faults.join('; then ') || 'nothing goes wrong'}: ${why}`,
  ...story.map((line) => `  ${line}`),
];
