/**
 * Whether an append may be written, from what is known of the stream: pure, and in the order in which EventStoreDB checks.
 * An append at a place that the stream has passed is no error if its events stand there: it is a repeat.
 */
import type { Expected } from './append-outcome.js';

export interface StreamState {
  /** Of the last event ever written, hidden or not. */
  readonly lastRevision: number | undefined;
  readonly isTombstoned: boolean;
  readonly isSoftDeleted: boolean;
  readonly hasMetadata: boolean;
}

/** Where an id was seen lately. */
export interface SeenEvent {
  /** Its key (stream-key.ts), not its name. */
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

export type Decision =
  | { readonly kind: 'write'; readonly firstRevision: number }
  | { readonly kind: 'repeat'; readonly last: SeenEvent }
  /** A repeat if exactly these ids stand at `from`; if not even the first does, `orWrite` says what then. */
  | { readonly kind: 'compare'; readonly from: number; readonly orWrite: boolean }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'deleted' };

/** @param stream its key: what `seen` calls it */
export function decideAppend(
  stream: string,
  expected: Expected,
  ids: readonly string[],
  state: StreamState,
  seen: (id: string) => SeenEvent | undefined,
): Decision {
  if (state.isTombstoned) return { kind: 'deleted' };
  const { lastRevision, isSoftDeleted, hasMetadata } = state;
  const next = lastRevision === undefined ? 0 : lastRevision + 1;
  if (expected === 'any') return byMemory(stream, ids, next, seen);
  if (expected === 'stream-exists') {
    if (isSoftDeleted) return { kind: 'deleted' };
    if (lastRevision === undefined && !hasMetadata) return { kind: 'refuse' };
    return byMemory(stream, ids, next, seen);
  }
  const from = expected === 'no-stream' ? 0n : expected + 1n;
  if (from === BigInt(next)) return { kind: 'write', firstRevision: next };
  if (from > BigInt(next)) return { kind: 'refuse' };
  const orWrite = expected === 'no-stream' && isSoftDeleted;
  if (ids.length === 0) return orWrite ? { kind: 'write', firstRevision: next } : { kind: 'refuse' };
  return { kind: 'compare', from: Number(from), orWrite };
}

/** Without a place to look at, only ids that are remembered tell a repeat; some of them known is a mistake. */
function byMemory(
  stream: string,
  ids: readonly string[],
  next: number,
  seen: (id: string) => SeenEvent | undefined,
): Decision {
  let last: SeenEvent | undefined;
  for (const [index, id] of ids.entries()) {
    const known = seen(id);
    if (known?.stream !== stream) {
      if (index > 0) return { kind: 'refuse' };
      break;
    }
    last = known;
  }
  return last ? { kind: 'repeat', last } : { kind: 'write', firstRevision: next };
}

/** Whether a stream may be deleted softly: what expects nothing still wants something to be there. */
export function decideDelete(expected: Expected, state: StreamState): 'delete' | 'refuse' | 'deleted' {
  if (state.isTombstoned) return 'deleted';
  const { lastRevision, isSoftDeleted, hasMetadata } = state;
  const allowed = (is: boolean) => (is ? 'delete' : 'refuse');
  switch (expected) {
    case 'any':
      return allowed(lastRevision !== undefined || hasMetadata);
    case 'stream-exists':
      return isSoftDeleted ? 'deleted' : allowed(lastRevision !== undefined || hasMetadata);
    case 'no-stream':
      return allowed(isSoftDeleted);
    default:
      return allowed(lastRevision !== undefined && expected === BigInt(lastRevision));
  }
}

/** Whether a stream may be ended for ever: also one that never began. */
export function decideTombstone(expected: Expected, state: StreamState): 'delete' | 'refuse' | 'deleted' {
  if (
    !state.isTombstoned &&
    state.lastRevision === undefined &&
    (expected === 'any' || expected === 'no-stream')
  )
    return 'delete';
  return decideDelete(expected, state);
}
