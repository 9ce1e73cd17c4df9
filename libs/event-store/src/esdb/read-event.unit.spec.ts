import type { ResolvedEvent } from '@eventstore/db-client';
import { ForeignEvent } from '../embedded/errors.js';
import { isOurs, placeOf, toRecorded } from './read-event.js';
import { WholeStream } from './whole-stream.js';

const record: NonNullable<ResolvedEvent['event']> = {
  streamId: 'action-default.9f2c',
  id: '00000000-0000-4000-8000-000000000001',
  isJson: true,
  revision: 3n,
  type: 'ActionStarted',
  created: new Date(1_795_000_000_123),
  data: { attempt: 1 },
  metadata: { tenant: 'default' },
  position: { commit: 42n, prepare: 42n },
};
const resolved = (changes: object): ResolvedEvent => ({ event: { ...record, ...changes } });

describe('an event that the client hands over', () => {
  it('becomes one of the port', () => {
    expect(toRecorded({ event: record })).toEqual({
      id: record.id,
      type: 'ActionStarted',
      data: { attempt: 1 },
      metadata: { tenant: 'default' },
      streamId: 'action-default.9f2c',
      revision: 3n,
      position: 42n,
      createdAtMs: 1_795_000_000_123,
    });
    expect(toRecorded(resolved({ metadata: undefined })).metadata).toEqual({});
  });

  it.each<[string, ResolvedEvent]>([
    ['JSON that did not parse, which comes as a string', resolved({ data: '{"attempt":' })],
    ['an array', resolved({ data: [1] })],
    ['bytes', resolved({ isJson: false, data: new Uint8Array([1]) })],
    ['bytes that say they are JSON', resolved({ data: new Uint8Array([1]) })],
    ['null', resolved({ data: null })],
    ["the server's own", resolved({ type: '$streamDeleted' })],
    ['metadata that are not flat', resolved({ metadata: { a: { b: 'c' } } })],
    ['metadata that are no strings', resolved({ metadata: { a: 1 } })],
    ['metadata that did not parse, which come as bytes', resolved({ metadata: new Uint8Array([1]) })],
    [
      'a link',
      { event: record, link: { ...record, isJson: false, data: new Uint8Array(), type: '$>', metadata: {} } },
    ],
    [
      'a link to nothing',
      { link: { ...record, isJson: false, data: new Uint8Array(), type: '$>', metadata: {} } },
    ],
  ])('is foreign when it is %s', (_, event) => {
    expect(() => toRecorded(event)).toThrow(ForeignEvent);
    expect(() => toRecorded(event)).toThrow(/event 3 of stream action-default.9f2c/);
  });

  it('without a place in the log is not read', () => {
    expect(() => placeOf(resolved({ position: undefined }))).toThrow(/without its place/);
    expect(() => placeOf({})).toThrow(/without its place/);
    expect(placeOf({ ...resolved({ position: undefined }), commitPosition: 7n }).position).toBe(7n);
  });

  it.each([
    ['action-default.9f2c', true],
    ['$settings', false],
    ['$$action-default.9f2c', false],
    ['somebody else', false],
  ])('in the stream %s is in one of ours: %s', (streamId, ours) => {
    expect(isOurs({ streamId, type: 'ActionStarted', revision: 0n, position: 1n })).toBe(ours);
  });
});

describe('a stream that is read', () => {
  const at = (revision: bigint) => toRecorded(resolved({ revision }));
  const read = (options: ConstructorParameters<typeof WholeStream>[1], revisions: bigint[]) => {
    const whole = new WholeStream('s', options);
    for (const revision of revisions) whole.check(at(revision));
    whole.checkEnd(revisions.length);
  };

  it.each<[string, Parameters<typeof read>]>([
    ['from its beginning', [{}, [0n, 1n, 2n]]],
    ['from a revision', [{ fromRevision: 4n }, [4n, 5n]]],
    ['from behind its end', [{ fromRevision: 9n }, []]],
    ['backwards to its beginning', [{ direction: 'backwards' }, [2n, 1n, 0n]]],
    ['backwards as far as was asked', [{ direction: 'backwards', limit: 2 }, [7n, 6n]]],
    ['and does not exist', [{ direction: 'backwards' }, []]],
  ])('%s is whole', (_, [options, revisions]) => {
    expect(() => read(options, revisions)).not.toThrow();
  });

  it.each<[string, Parameters<typeof read>]>([
    ['its beginning is gone', [{}, [3n, 4n]]],
    ['what was asked for is gone', [{ fromRevision: 2n }, [5n]]],
    ['something in the middle is gone', [{}, [0n, 2n]]],
    ['backwards, something in the middle is gone', [{ direction: 'backwards' }, [4n, 2n]]],
    ['backwards, its beginning is gone', [{ direction: 'backwards' }, [4n, 3n]]],
  ])('is not when %s', (_, [options, revisions]) => {
    expect(() => read(options, revisions)).toThrow(/stream s is not whole: revision \d+ /);
  });
});
