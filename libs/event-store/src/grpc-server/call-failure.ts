/** How a call that is no batch fails: a status, and trailers from which clients make their own errors. */
import { Metadata, status } from '@grpc/grpc-js';
import { APPEND_DATA_BYTES_MAX, type Expected, type Refused } from './append-outcome.js';

/** Longer names would not fit into the headers that a client takes. */
const TRAILER_LENGTH_MAX = 2_000;

/** Thrown inside a call, sent to its client as it stands. */
export class CallFailure extends Error {
  readonly metadata = new Metadata();
  constructor(
    readonly code: status,
    readonly details: string,
    trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    this.name = 'CallFailure';
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, asTrailer(value));
  }
}

export const streamDeleted = (stream: string): CallFailure =>
  new CallFailure(status.FAILED_PRECONDITION, `Event stream '${shortened(stream)}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const invalidArgument = (details: string): CallFailure =>
  new CallFailure(status.INVALID_ARGUMENT, details);

/** @param expected what the writer expected, for the trailers of a wrong revision */
export function failureOf(refused: Refused, stream: string, expected: Expected): CallFailure {
  switch (refused.kind) {
    case 'wrong-revision':
      return new CallFailure(
        status.FAILED_PRECONDITION,
        `Append failed due to WrongExpectedVersion. Stream: ${shortened(stream)}, Expected version: ${expectedNumber(expected)}, Actual version: ${refused.actual ?? -1}`,
        {
          exception: 'wrong-expected-version',
          'stream-name': stream,
          'expected-version': expectedNumber(expected),
          'actual-version': refused.actual?.toString() ?? '',
        },
      );
    case 'stream-deleted':
      return streamDeleted(stream);
    case 'access-denied':
      return new CallFailure(status.PERMISSION_DENIED, refused.detail, { exception: 'access-denied' });
    case 'too-large':
      return new CallFailure(
        status.INVALID_ARGUMENT,
        `Maximum Append Size of ${APPEND_DATA_BYTES_MAX} Exceeded.`,
        {
          exception: 'maximum-append-size-exceeded',
          'maximum-append-size': String(APPEND_DATA_BYTES_MAX),
        },
      );
    case 'bad-request':
      return new CallFailure(status.INVALID_ARGUMENT, refused.detail, {
        exception: 'missing-required-metadata-property',
        'required-metadata-properties': 'type,content-type',
      });
    case 'unknown':
    case 'busy':
      return new CallFailure(status.ABORTED, refused.detail);
  }
}

/** Whatever was thrown, as a client may see it; `report` hears of what should not have been. */
export function asFailure(error: unknown, report: (error: unknown) => void): CallFailure {
  if (error instanceof CallFailure) return error;
  if (error instanceof Error && 'code' in error && error.code === 'STORE_UNAVAILABLE')
    return new CallFailure(status.UNAVAILABLE, error.message);
  report(error);
  return new CallFailure(
    status.INTERNAL,
    'the log could not answer; its operator finds the reason in its output',
  );
}

function expectedNumber(expected: Expected): string {
  if (typeof expected === 'bigint') return expected.toString();
  return { any: '-2', 'no-stream': '-1', 'stream-exists': '-4' }[expected];
}

/** Trailers are ASCII; all else is percent-encoded. */
const asTrailer = (text: string): string =>
  shortened(text).replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

const shortened = (text: string): string =>
  text.length <= TRAILER_LENGTH_MAX
    ? text
    : `${text.slice(0, TRAILER_LENGTH_MAX).replace(/[\ud800-\udbff]$/, '')}...`;
