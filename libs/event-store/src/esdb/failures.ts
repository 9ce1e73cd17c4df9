/**
 * What the client's errors mean. Pure; each row of the facts about a real server is a case of its spec.
 *
 * An append was sent by the time it fails here: only an answer of the server that it was refused makes it certain that
 * nothing was written. Everything else is unknown, and a repeat with the same ids finds out.
 */
import {
  AccessDeniedError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { AppendUnknown, StoreUnavailable, StreamConflict, StreamCutShort } from '../errors.js';
import type { ExpectedRevision } from '../event-store.js';
import { LogAccessDenied, OtherLog, UnfitServer } from './errors.js';

export interface AppendFailure {
  readonly error: Error;
  /** The connection may have broken, and with it everything that waits for an answer on it. */
  readonly ofConnection: boolean;
}

export function appendFailure(streamId: string, expected: ExpectedRevision, cause: unknown): AppendFailure {
  const refused = (error: Error): AppendFailure => ({ error, ofConnection: false });
  // Ours: the deadline has passed, or the answer does not fit. The connection has said nothing.
  if (cause instanceof AppendUnknown || cause instanceof StreamCutShort) return refused(cause);
  if (cause instanceof WrongExpectedVersionError) {
    const { actualVersion } = cause;
    const actual = actualVersion === 'no_stream' ? 'no-stream' : actualVersion;
    return refused(new StreamConflict(streamId, expected, actual));
  }
  if (cause instanceof StreamDeletedError)
    return refused(new StreamCutShort(streamId, 'it is deleted', { cause }));
  if (cause instanceof MaxAppendSizeExceededError)
    return refused(
      new RangeError(
        `an append to ${streamId} is too large for the server, which takes ${cause.maxAppendSize} bytes of data`,
        { cause },
      ),
    );
  if (cause instanceof AccessDeniedError) return refused(new LogAccessDenied('append to', { cause }));
  if (cause instanceof UnknownError && cause.message.includes('BadRequest'))
    return refused(new TypeError(`the server calls an append to ${streamId} malformed`, { cause }));
  const error = new AppendUnknown(streamId, { cause });
  return { error, ofConnection: !(cause instanceof DeadlineExceededError) };
}

/** The question that comes before an append failed, and nothing was sent. */
export function connectFailure(cause: unknown): Error {
  if (cause instanceof StoreUnavailable || cause instanceof UnfitServer || cause instanceof OtherLog)
    return cause;
  if (cause instanceof AccessDeniedError) return new LogAccessDenied('append to', { cause });
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreUnavailable(`the event log is out of reach: ${why}`, { cause });
}

/** @returns null where it only means that there is no such stream */
export function readFailure(cause: unknown): Error | null {
  if (cause instanceof StreamNotFoundError) return null;
  if (cause instanceof StreamDeletedError)
    return new StreamCutShort(cause.streamName, 'it is deleted', { cause });
  if (cause instanceof AccessDeniedError) return new LogAccessDenied('read', { cause });
  const why = cause instanceof Error ? cause.message : String(cause);
  if (/invalid ?position/i.test(why))
    return new RangeError('there is no event at this position: it is of another log, or lost', { cause });
  return new StoreUnavailable(`the event log could not be read: ${why}`, { cause });
}
