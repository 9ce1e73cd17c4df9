import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { endWithUs } from './end-with-us.js';
import { KeptWords } from './kept-words.js';
import { WholeLines } from './whole-lines.js';

export interface ProcessPlan {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** What it says on stdout once it does its work. */
  readonly ready: RegExp;
  readonly readyWithinMs: number;
  /** Where its stderr goes: kept in memory (the default), to our own, or behind a file. */
  readonly log?: 'keep' | 'inherit' | { readonly file: string };
  /**
   * Where what it says on stdout goes, by whole lines, but for its ready line and the indented ones behind that, once it is
   * ready. Default: the last of it is kept in memory.
   */
  readonly output?: Writable;
  /** Ctrl-C in a terminal is not for it. */
  readonly detached?: boolean;
  /** Calls it off: what is not ready yet is ended, and is an error. Of one that is ready it means nothing. */
  readonly signal?: AbortSignal | undefined;
}

export interface StartedProcess {
  readonly pid: number;
  /** How `ready` matched. */
  readonly ready: RegExpExecArray;
  /** The last 256 KiB or more of what it wrote so far; up to its ready line where the rest goes elsewhere. */
  readonly stdout: () => string;
  /** The same of its stderr; empty where that goes elsewhere. */
  readonly stderr: () => string;
  /** False as long as the very process that was started is there. */
  readonly ended: () => boolean;
  /** Its exit code; null after a signal. */
  readonly exited: Promise<number | null>;
  /** SIGKILL: as if the power of the process were cut. */
  kill(): Promise<void>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
}

/** It ended before it was ready, or was not ready in time, or called off, and was ended. */
export class ProcessNotReady extends Error {
  readonly code = 'PROCESS_NOT_READY';
  constructor(
    why: string,
    readonly exitCode: number | null,
    readonly stdout: string,
    readonly stderr: string,
  ) {
    super(`${why}: ${stderr}`);
    this.name = 'ProcessNotReady';
  }
}

/**
 * Starts a process that ends with us, and waits until it says that it is ready.
 * @throws ProcessNotReady; the reason of `signal`, where it was called off before it was begun
 */
export async function startProcess(plan: ProcessPlan): Promise<StartedProcess> {
  const {
    command,
    args,
    env,
    cwd,
    ready,
    readyWithinMs,
    log = 'keep',
    output,
    detached = false,
    signal,
  } = plan;
  signal?.throwIfAborted();
  const file = typeof log === 'object' ? openSync(log.file, 'a') : null;
  const stderr = file ?? (log === 'inherit' ? 'inherit' : 'pipe');
  const child = spawn(command, args, {
    env,
    detached,
    stdio: ['ignore', 'pipe', stderr],
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (file !== null) closeSync(file);
  endWithUs(child);
  const said = collect(child);
  const exited = new Promise<number | null>((resolve) => {
    const gone = (): void => resolve(child.exitCode);
    child.once('close', gone);
    child.once('error', (error) => {
      said.stderr.add(error.message);
      gone();
    });
  });
  const ended = (): boolean =>
    child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    if (!ended()) child.kill(signal);
    return exited;
  };
  const match = await readiness(child, said, ready, readyWithinMs, exited, signal);
  if (match === null) {
    const overdue = signal?.aborted ? 'it was called off' : `it was not ready within ${readyWithinMs} ms`;
    const why = ended() ? 'it ended before it was ready' : overdue;
    await end('SIGKILL');
    throw new ProcessNotReady(why, child.exitCode, said.stdout.text, said.stderr.text);
  }
  if (output !== undefined) said.passOn(output, match);
  return {
    pid: child.pid ?? -1,
    ready: match,
    stdout: () => said.stdout.text,
    stderr: () => said.stderr.text,
    ended,
    exited,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

interface Said {
  readonly stdout: KeptWords;
  readonly stderr: KeptWords;
  /** From now on what it says on stdout goes there, and what it said before beside its ready line. */
  passOn(output: Writable, ready: RegExpExecArray): void;
}

function collect(child: ChildProcess): Said {
  const [stdout, stderr] = [new KeptWords(), new KeptWords()];
  const keep = (text: string): void => stdout.add(text);
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.add(text));
  return {
    stdout,
    stderr,
    passOn(output, ready) {
      child.stdout?.off('data', keep);
      if (child.stdout !== null) pour(withoutReadyLine(stdout.text, ready.index), child.stdout, output);
    },
  };
}

/** As `pipe`, whose listeners on one output of many processes Node takes for a leak; and by whole lines. */
function pour(begun: string, from: Readable, to: Writable): void {
  const lines = new WholeLines();
  const pass = (text: string): void => {
    if (text === '') return;
    from.pause();
    to.write(text, () => from.resume());
  };
  pass(lines.take(begun));
  from.on('data', (text: string) => pass(lines.take(text)));
  from.once('end', () => pass(lines.rest()));
}

/** Lines that are indented behind it are a part of it. */
function withoutReadyLine(text: string, readyAt: number): string {
  const begin = text.lastIndexOf('\n', readyAt) + 1;
  return text.slice(0, begin) + text.slice(begin).replace(/^.*\n?(?: .*\n?)*/, '');
}

/** Null where it ends before, or the time is over. */
function readiness(
  child: ChildProcess,
  said: Said,
  ready: RegExp,
  withinMs: number,
  exited: Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<RegExpExecArray | null> {
  return new Promise((resolve) => {
    const end = (match: RegExpExecArray | null): void => {
      clearTimeout(overdue);
      child.stdout?.off('data', look);
      signal?.removeEventListener('abort', giveUp);
      resolve(match);
    };
    const look = (): void => {
      const match = ready.exec(said.stdout.text);
      if (match !== null) end(match);
    };
    const giveUp = (): void => end(null);
    const overdue = setTimeout(giveUp, withinMs);
    signal?.addEventListener('abort', giveUp);
    child.stdout?.on('data', look);
    void exited.then(giveUp);
  });
}
