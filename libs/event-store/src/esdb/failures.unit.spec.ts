import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  NotLeaderError,
  StreamDeletedError,
  StreamNotFoundError,
  TimeoutError,
  UnavailableError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { Metadata, status } from '@grpc/grpc-js';
import { AppendUnknown, StoreUnavailable, StreamConflict, StreamCutShort } from '../errors.js';
import { LogAccessDenied, UnfitServer } from './errors.js';
import { appendFailure, connectFailure, readFailure } from './failures.js';

const conflict = (current: bigint | 'no_stream') =>
  new WrongExpectedVersionError(undefined, { streamName: 's', expected: 'no_stream', current });

function sentOn() {
  const metadata = new Metadata();
  metadata.set('leader-endpoint-host', '127.0.0.1');
  metadata.set('leader-endpoint-port', '2114');
  return Object.assign(new Error('not the leader'), { code: status.NOT_FOUND, details: '', metadata });
}

describe('an append that was sent and failed', () => {
  it.each([
    [conflict(4n), 'no-stream' as const, 4n],
    [conflict('no_stream'), 7n, 'no-stream'],
  ])('is a conflict where the server says so, with where the stream is', (cause, expected, actual) => {
    const { error, ofConnection } = appendFailure('s', expected, cause);
    expect(error).toBeInstanceOf(StreamConflict);
    expect(error).toMatchObject({ streamId: 's', expected, actual });
    expect(ofConnection).toBe(false);
  });

  it.each([
    ['the deadline was exceeded', new DeadlineExceededError(), false],
    ['the server is unavailable', new UnavailableError(), true],
    ['the call was cancelled', new CancelledError(), true],
    ['the server timed out', new TimeoutError(), true],
    [
      'the server stops or starts',
      new UnknownError(undefined, 'Could not recognize Server Is Not Ready'),
      true,
    ],
    [
      'the stream was reset',
      new UnknownError(undefined, '13 INTERNAL: Received RST_STREAM with code 0'),
      true,
    ],
    ['the server leads no more', new NotLeaderError(sentOn()), true],
    ['nobody knows what it is', new Error('anything'), true],
  ])('is unknown when %s', (_, cause, ofConnection) => {
    const failure = appendFailure('s', 1n, cause);
    expect(failure.error).toBeInstanceOf(AppendUnknown);
    expect(failure.error.cause).toBe(cause);
    expect(failure.ofConnection).toBe(ofConnection);
  });

  it.each<[string, Error, new (...args: never[]) => Error, RegExp]>([
    [
      'access is denied',
      new AccessDeniedError(),
      LogAccessDenied,
      /append to it: it is read-only, or the user and password/,
    ],
    [
      'it is too large',
      new MaxAppendSizeExceededError(undefined, 1_048_576),
      RangeError,
      /takes 1048576 bytes/,
    ],
    [
      'the stream is deleted',
      new StreamDeletedError(undefined, 's'),
      StreamCutShort,
      /s is not whole: it is deleted/,
    ],
    [
      'it is malformed',
      new UnknownError(undefined, 'Could not recognize BadRequest'),
      TypeError,
      /malformed/,
    ],
  ])('is certainly not written when %s', (_, cause, kind, words) => {
    const { error, ofConnection } = appendFailure('s', 1n, cause);
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(words);
    expect(ofConnection).toBe(false);
  });

  it('stays what it is when the reason is ours', () => {
    for (const cause of [new AppendUnknown('s'), new StreamCutShort('s', 'gone')])
      expect(appendFailure('s', 1n, cause)).toEqual({ error: cause, ofConnection: false });
  });
});

describe('a read that failed', () => {
  it('is the end of nothing where there is no stream', () => {
    expect(readFailure(new StreamNotFoundError(undefined, 's'))).toBeNull();
  });

  it.each<[string, unknown, new (...args: never[]) => Error, RegExp]>([
    [
      'the server is away',
      new UnavailableError(undefined, '14 UNAVAILABLE'),
      StoreUnavailable,
      /14 UNAVAILABLE/,
    ],
    ['no leader was found', new Error('Failed to discover after 10 attempts.'), StoreUnavailable, /discover/],
    ['something else was thrown', 'text', StoreUnavailable, /text/],
    ['access is denied', new AccessDeniedError(), LogAccessDenied, /does not let us read it/],
    ['the stream is deleted', new StreamDeletedError(undefined, 's'), StreamCutShort, /deleted/],
    [
      'a read begins nowhere',
      new UnknownError(undefined, 'Unexpected ReadAllResult: InvalidPosition'),
      RangeError,
      /position/,
    ],
    [
      'a subscription does',
      new UnknownError(undefined, 'read from an invalid position'),
      RangeError,
      /position/,
    ],
  ])('says so when %s', (_, cause, kind, words) => {
    expect(readFailure(cause)).toBeInstanceOf(kind);
    expect(readFailure(cause)?.message).toMatch(words);
  });
});

describe('a connection that could not be made for an append', () => {
  it.each<[string, unknown, new (...args: never[]) => Error, RegExp]>([
    ['we are not let in', new AccessDeniedError(), LogAccessDenied, /does not let us append to it/],
    ['nobody is there', new Error('connect ECONNREFUSED'), StoreUnavailable, /out of reach: connect/],
    ['it cannot do what is needed', new UnfitServer('one:2113', 'old'), UnfitServer, /cannot be used: old/],
  ])('says so when %s', (_, cause, kind, words) => {
    expect(connectFailure(cause)).toBeInstanceOf(kind);
    expect(connectFailure(cause).message).toMatch(words);
  });
});
