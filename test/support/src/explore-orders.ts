/** Picks one of `options` ways to go on, counted from 0. */
export type Choose = (options: number) => number;

/**
 * Runs a scenario once for every sequence of choices that it can be given, depth first. The scenario must be the same
 * for the same choices.
 * @returns how many sequences there are
 * @throws Error with the choices of the sequence that failed, and the failure as its cause
 */
export async function exploreOrders(
  scenario: (choose: Choose) => Promise<void>,
  runsMax: number,
): Promise<number> {
  let prefix: number[] = [];
  for (let runs = 1; runs <= runsMax; runs++) {
    const made: { choice: number; options: number }[] = [];
    const choose: Choose = (options) => {
      const choice = prefix[made.length] ?? 0;
      made.push({ choice, options });
      return choice;
    };
    try {
      await scenario(choose);
    } catch (cause) {
      const choices = made.map(({ choice }) => choice).join(' ');
      throw new Error(`run ${runs}, choices ${choices}: ${messageOf(cause)}`, { cause });
    }
    while (made.length > 0 && made.at(-1)?.choice === (made.at(-1)?.options ?? 0) - 1) made.pop();
    const last = made.pop();
    if (last === undefined) return runs;
    prefix = [...made.map(({ choice }) => choice), last.choice + 1];
  }
  throw new Error(`more than ${runsMax} orders`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
