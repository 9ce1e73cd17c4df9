import type { JsonObject } from '@action-do/contracts';
import { CliFailure, ownProblem } from '../cli-failure.js';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import { textAt, valueAt } from '../gateway/json-reading.js';
import { isJson } from '../output/format.js';
import { printable } from '../output/printable.js';
import { comparingLine, progressLine } from '../output/progress-line.js';

const LOOK_EVERY_MS = 1_000;
/** Without a terminal a line is kept, so there is one only so often. */
const LINE_EVERY_MS = 5_000;
/** A platform that restarts is away for a moment. */
const FAILURES_IN_A_ROW_MAX = 10;

/**
 * Looks at `GET /v1/views` until its member `rebuild` (`ViewsRebuild` in contracts) no longer says `running`.
 * @returns the status at the end  @throws CliFailure it failed, the time is up, or Ctrl-C; neither of the last two ends it
 */
export async function followRebuild(
  context: CommandContext,
  gateway: GatewayClient,
  waitMs: number,
): Promise<JsonObject> {
  const { nowMs, sleep, signal } = context.surroundings;
  const beganAtMs = nowMs();
  const progress = progressWriter(context);
  let firstDone: number | undefined;
  let doneAtComparing: number | undefined;
  for (let failures = 0; ; ) {
    const status = await gateway.get('/v1/views').catch((error: unknown) => {
      failures += 1;
      if (signal.aborted || failures > FAILURES_IN_A_ROW_MAX || !isAway(error)) throw error;
      return undefined;
    });
    const elapsedMs = nowMs() - beganAtMs;
    if (status !== undefined) {
      failures = 0;
      const rebuild = valueAt(status, 'rebuild');
      if (rebuild === undefined) throw untold();
      if (rebuild === null) throw forgotten();
      const state = textAt(rebuild, 'state');
      const done = numberAt(rebuild, 'done');
      const total = numberAt(rebuild, 'total');
      const compared = numberAt(rebuild, 'rowsCompared');
      firstDone ??= done;
      if (state !== 'running') {
        await progress.end(progressLine({ done, total, since: firstDone, elapsedMs }));
        if (state === 'failed') throw failed(textAt(rebuild, 'error'));
        return status;
      }
      // While rows are compared no event is read; the number stays when the last ones are.
      if (compared > 0) doneAtComparing ??= done;
      const line =
        done === doneAtComparing
          ? comparingLine(compared)
          : progressLine({ done, total, since: firstDone, elapsedMs });
      await progress.show(line, elapsedMs);
    }
    if (elapsedMs >= waitMs) throw goesOn(`${waitMs / 1_000} s are over`);
    await sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) throw goesOn('interrupted');
  }
}

/** On a terminal one line that is written over; elsewhere a plain line each 5 s; nothing where programs read. */
function progressWriter({ stderr, surroundings, format }: CommandContext) {
  const { isTTY } = surroundings;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return {
    show: async (line: string, elapsedMs: number) => {
      if (isJson(format)) return;
      if (isTTY.stderr) return stderr.write(`\r${line}\u001b[K`);
      if (elapsedMs - shownAtMs < LINE_EVERY_MS) return;
      shownAtMs = elapsedMs;
      await stderr.write(`${line}\n`);
    },
    end: async (line: string) => {
      if (!isJson(format)) await stderr.write(isTTY.stderr ? `\r${line}\u001b[K\n` : `${line}\n`);
    },
  };
}

const numberAt = (value: Parameters<typeof textAt>[0], name: string): number => Number(textAt(value, name));

const isAway = (error: unknown): boolean =>
  error instanceof CliFailure && error.exitCode === EXIT.unreachable;

const failed = (error: string): CliFailure =>
  new CliFailure(
    ownProblem('INTERNAL', `Building the views anew failed${error === '' ? '' : `: ${printable(error)}`}.`, {
      hint: 'The views from before go on answering. See the log of the platform, then run it again.',
    }),
    EXIT.actionFailed,
  );

/** Whoever built them was started again: what it had built went with it. */
const forgotten = (): CliFailure =>
  new CliFailure(
    ownProblem('INTERNAL', 'Building the views anew was broken off: the projector was started again.', {
      hint: 'The views from before go on answering. Run it again.',
    }),
    EXIT.actionFailed,
  );

/** Silence is not an end: a platform of another version may tell it elsewhere. */
const untold = (): CliFailure =>
  new CliFailure(
    ownProblem('PENDING', 'The platform does not say how far the rebuild is.', {
      hint: 'ado views status shows what it says of its views; ado and the platform may be of different versions.',
    }),
  );

const goesOn = (why: string): CliFailure =>
  new CliFailure(
    ownProblem('PENDING', `The rebuild goes on: ${why}, which ends only the following.`, {
      hint: 'ado views status tells how far it is; ado views rebuild follows it again.',
    }),
  );
