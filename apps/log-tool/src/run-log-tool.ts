import { type EventStore, ForeignEvent } from '@action-do/event-store';
import { type CopyArguments, type Format, formatIn, HELP, readArguments, writesJson } from './arguments.js';
import { type CopiedLog, copyLog } from './copy-log.js';
import { type LeftOut, LeftOutStreams, namesShown, refusalOf as refusalOfForeign } from './left-out.js';
import { type LogSource, sourceOf } from './log-source.js';
import { isEmbedded, nameOf, openToRead, openToWrite, type Place } from './places.js';
import { Progress } from './progress.js';
import { readLogFile } from './read-log-file.js';
import { EXIT, type ExitCode, Refused } from './refused.js';
import { runRestored } from './restored/run-restored.js';
import { writeLogFile } from './write-log-file.js';

/** Everything outside, passed in. Files and stores are real. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly isTTY: boolean;
  readonly nowMs: () => number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** They share their flushes. */
const EMBEDDED_APPENDS_MAX = 64;

interface Done extends CopiedLog {
  readonly sourceLogId: string;
  /** Null for a file. */
  readonly targetLogId: string | null;
  /** What stands in the source, and did not go along. */
  readonly leftOut: LeftOut;
}

/** One command line from beginning to end: data on `out`, everything else on `err`. */
export async function runLogTool(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { env, cwd, out, err, signal } = surroundings;
  let format: Format = formatIn(argv);
  try {
    const given = readArguments(argv, env, cwd);
    if (given === 'help') {
      out(HELP);
      return EXIT.ok;
    }
    format = given.output;
    out(
      given.command === 'restored'
        ? await runRestored(given, surroundings)
        : doneText(await copy(given, surroundings), given),
    );
    return EXIT.ok;
  } catch (error) {
    const refused = refusalOf(error, signal);
    const { code, title, detail, hint } = refused.problem;
    err(
      writesJson(format)
        ? `${JSON.stringify(refused.problem)}\n`
        : `error  ${code}  ${title}\n       ${detail}\n       next  ${hint}\n`,
    );
    return refused.exitCode;
  }
}

async function copy(
  { from, to, output, leaveOutForeign }: CopyArguments,
  surroundings: Surroundings,
): Promise<Done> {
  const { err, isTTY, nowMs, signal } = surroundings;
  const opened: EventStore[] = [];
  const keep = (store: EventStore): EventStore => {
    opened.push(store);
    return store;
  };
  try {
    const source = await openSource(from, keep, leaveOutForeign);
    const of = { sourceLogId: source.logId, leftOut: source.leftOut };
    const progress = new Progress({
      total: source.count,
      write: writesJson(output) ? () => undefined : err,
      isTTY,
      nowMs,
    });
    const watch = { tell: progress.tell.bind(progress), signal };
    try {
      if (to.kind === 'file')
        return { ...(await writeLogFile(source, to.file, watch)), ...of, targetLogId: null };
      const appendsMax = isEmbedded(to) ? EMBEDDED_APPENDS_MAX : 1;
      const target = keep(await openToWrite(to));
      return {
        ...(await copyLog(source, target, { ...watch, appendsMax })),
        ...of,
        targetLogId: target.logId,
      };
    } finally {
      progress.end();
    }
  } finally {
    for (const store of opened) await store.close();
  }
}

async function openSource(
  from: Place,
  keep: (store: EventStore) => EventStore,
  leaveOutForeign: boolean,
): Promise<LogSource> {
  if (from.kind === 'file') return readLogFile(from.file);
  const found = new LeftOutStreams();
  const store = keep(await openToRead(from, (passed) => found.note(passed)));
  const source = await sourceOf(store, nameOf(from), found);
  if (source.leftOut.events > 0 && !leaveOutForeign)
    throw refusalOfForeign(source.name, source.leftOut, found);
  return source;
}

function doneText(done: Done, { from, to, output }: CopyArguments): string {
  const { events, eventsBefore, digest, sourceLogId, targetLogId, leftOut } = done;
  if (output === 'json') return `${JSON.stringify(done, null, 2)}\n`;
  if (output === 'ndjson') return `${JSON.stringify(done)}\n`;
  if (output === 'id') return `${targetLogId ?? sourceLogId}\n`;
  const there = eventsBefore > 0 ? `, ${eventsBefore} of them by an earlier run` : '';
  const lines = [
    `from    ${nameOf(from)} (log ${sourceLogId})`,
    `to      ${nameOf(to)}${targetLogId === null ? '' : ` (log ${targetLogId})`}`,
    `events  ${events}${there}`,
    `digest  ${digest}`,
  ];
  if (leftOut.events > 0)
    lines.push(
      `left    ${leftOut.events} events of others, which cannot be copied, in streams such as ${namesShown(leftOut)}`,
    );
  if (targetLogId !== null)
    lines.push('Positions and cursors of the old log are refused from now on; the views are built anew.');
  return `${lines.join('\n')}\n`;
}

function refusalOf(error: unknown, signal: AbortSignal): Refused {
  if (error instanceof Refused) return error;
  if (signal.aborted)
    return new Refused(
      'PENDING',
      EXIT.interrupted,
      'Interrupted: what was begun is not done.',
      'Run the same command again: it goes on where it stopped.',
    );
  // Those of the source are told before anything is written.
  if (error instanceof ForeignEvent)
    return new Refused(
      'REQUEST_INVALID',
      EXIT.refused,
      `The target holds something else: ${error.message}.`,
      'Give an empty target, or one into which this very log was being imported.',
      { cause: error },
    );
  const what = error instanceof Error ? error.message : String(error);
  return new Refused(
    'INTERNAL',
    EXIT.unknown,
    `This could not be done: ${what}.`,
    'Run the same command again: it goes on where it stopped.',
    { cause: error },
  );
}
