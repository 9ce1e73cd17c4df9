import { writeFileSync } from 'node:fs';

/** One bench as a program: its flags, what it runs, and its figures for people. */
export interface Bench<Wanted extends { readonly json: string | undefined }, Report> {
  readonly usage: string;
  /** @throws Error in words for the user */
  read(args: readonly string[]): Wanted;
  run(wanted: Wanted, say: (line: string) => void): Promise<Report>;
  text(report: Report): string;
}

/** Wrong flags name the right ones; progress goes to stderr, the figures to stdout, and with `--json FILE` to a file. */
export async function benchMain<Wanted extends { readonly json: string | undefined }, Report>({
  usage,
  read,
  run,
  text,
}: Bench<Wanted, Report>): Promise<void> {
  // By way of an orderly exit, which ends what was started too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  let wanted: Wanted;
  try {
    wanted = read(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(usage);
    process.exit(2);
  }
  const report = await run(wanted, (line) => console.error(line));
  console.log(text(report));
  if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
}
