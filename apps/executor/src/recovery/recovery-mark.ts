import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const Mark = z.object({
  version: z.literal(1),
  logId: z.string(),
  after: z.string().regex(/^\d{1,20}$/),
  streams: z.array(z.string()),
});

/**
 * A note of where open executions can be: those that were held when it was written, and whatever the log holds
 * behind `after`. Only a hint that saves reading the whole log at a start: an old one costs reading more, a lost or
 * damaged one costs reading all, and none of them can make an execution be missed.
 */
export class RecoveryMark {
  private written = '';
  private seenUpTo = 0n;

  constructor(private readonly file: string) {}

  async read(logId: string): Promise<{ after: bigint; streams: string[] } | null> {
    try {
      const mark = Mark.parse(JSON.parse(await readFile(this.file, 'utf8')));
      return mark.logId === logId ? { after: BigInt(mark.after), streams: mark.streams } : null;
    } catch {
      return null;
    }
  }

  /** At the start the log was looked at up to here, and what was open is held again. */
  sawUpTo(position: bigint): void {
    this.seenUpTo = position;
  }

  /** @param after everything this process wrote up to here is either among `streams` or no longer open; -1 = nothing yet */
  async write(logId: string, after: bigint, streams: readonly string[]): Promise<void> {
    // A run that wrote nothing yet must not take the mark back to the beginning of the log.
    const upTo = after > this.seenUpTo ? after : this.seenUpTo;
    const text = JSON.stringify({ version: 1, logId, after: String(upTo), streams });
    if (text === this.written) return;
    await writeFile(`${this.file}.new`, text);
    await rename(`${this.file}.new`, this.file);
    this.written = text;
  }
}
