import type { Expected } from './append-outcome.js';
import {
  type Decision,
  decideAppend,
  decideDelete,
  decideTombstone,
  type SeenEvent,
  type StreamState,
} from './append-rules.js';

const missing: StreamState = {
  lastRevision: undefined,
  isTombstoned: false,
  isSoftDeleted: false,
  hasMetadata: false,
};
const onlyMetadata = { ...missing, hasMetadata: true };
const atTwo = { ...missing, lastRevision: 2 };
const softDeleted = { ...atTwo, isSoftDeleted: true, hasMetadata: true };
const tombstoned = { ...atTwo, isTombstoned: true };

const write = (firstRevision: number): Decision => ({ kind: 'write', firstRevision });
const compare = (from: number, orWrite = false): Decision => ({ kind: 'compare', from, orWrite });
const refuse: Decision = { kind: 'refuse' };
const deleted: Decision = { kind: 'deleted' };
const unseen = () => undefined;

describe('an append to a stream', () => {
  it.each<[string, StreamState, Expected, Decision]>([
    ['that is missing, expecting none', missing, 'no-stream', write(0)],
    ['that is missing, expecting anything', missing, 'any', write(0)],
    ['that is missing, expecting it there', missing, 'stream-exists', refuse],
    ['that is missing, expecting a revision', missing, 0n, refuse],
    ['of which there is only metadata, expecting none', onlyMetadata, 'no-stream', write(0)],
    ['of which there is only metadata, expecting it there', onlyMetadata, 'stream-exists', write(0)],
    ['at its last revision', atTwo, 2n, write(3)],
    ['ahead of its last revision', atTwo, 3n, refuse],
    ['far ahead', atTwo, 2n ** 64n - 1n, refuse],
    ['behind its last revision', atTwo, 1n, compare(2)],
    ['expecting none, though it is there', atTwo, 'no-stream', compare(0)],
    ['expecting it there', atTwo, 'stream-exists', write(3)],
    ['that is soft-deleted, expecting none', softDeleted, 'no-stream', compare(0, true)],
    ['that is soft-deleted, expecting anything', softDeleted, 'any', write(3)],
    ['that is soft-deleted, at its last revision', softDeleted, 2n, write(3)],
    ['that is soft-deleted, behind it', softDeleted, 1n, compare(2)],
    ['that is soft-deleted, ahead of it', softDeleted, 5n, refuse],
    ['that is soft-deleted, expecting it there', softDeleted, 'stream-exists', deleted],
    ['that is gone for ever', tombstoned, 'any', deleted],
  ])('%s', (_, state, expected, decision) => {
    expect(decideAppend('s', expected, ['a'], state, unseen)).toEqual(decision);
  });

  it.each<[string, StreamState, Expected, Decision]>([
    ['at its last revision', atTwo, 2n, write(3)],
    ['behind it', atTwo, 1n, refuse],
    ['expecting none, though it is there', atTwo, 'no-stream', refuse],
    ['expecting none of a soft-deleted one', softDeleted, 'no-stream', write(3)],
    ['expecting anything', missing, 'any', write(0)],
  ])('of no event, %s, checks the revision and compares nothing', (_, state, expected, decision) => {
    expect(decideAppend('s', expected, [], state, unseen)).toEqual(decision);
  });

  const seenIn =
    (stream: string, ...ids: string[]) =>
    (id: string): SeenEvent | undefined =>
      ids.includes(id) ? { stream, revision: ids.indexOf(id), position: 7 } : undefined;

  it.each<[string, string[], Decision]>([
    [
      'known ids are a repeat',
      ['a', 'b'],
      { kind: 'repeat', last: { stream: 's', revision: 1, position: 7 } },
    ],
    ['one known id is a repeat', ['a'], { kind: 'repeat', last: { stream: 's', revision: 0, position: 7 } }],
    ['known ids, then new ones, are a mistake', ['a', 'x'], refuse],
    ['new ids, then known ones, are written', ['x', 'a'], write(3)],
  ])('that names no revision: %s', (_, ids, decision) => {
    for (const expected of ['any', 'stream-exists'] as const)
      expect(decideAppend('s', expected, ids, atTwo, seenIn('s', 'a', 'b'))).toEqual(decision);
  });

  it('that names no revision, with ids that another stream used, is written', () => {
    expect(decideAppend('s', 'any', ['a'], atTwo, seenIn('other', 'a'))).toEqual(write(3));
  });
});

describe('a soft delete', () => {
  it.each<[string, StreamState, Expected, ReturnType<typeof decideDelete>]>([
    ['of a missing stream, expecting anything', missing, 'any', 'refuse'],
    ['of a missing stream, expecting none', missing, 'no-stream', 'refuse'],
    ['of a missing stream, expecting it there', missing, 'stream-exists', 'refuse'],
    ['of a missing stream, at a revision', missing, 0n, 'refuse'],
    ['of metadata alone, expecting anything', onlyMetadata, 'any', 'delete'],
    ['at the last revision', atTwo, 2n, 'delete'],
    ['at another revision', atTwo, 1n, 'refuse'],
    ['expecting anything', atTwo, 'any', 'delete'],
    ['expecting none', atTwo, 'no-stream', 'refuse'],
    ['again, expecting anything', softDeleted, 'any', 'delete'],
    ['again, expecting it there', softDeleted, 'stream-exists', 'deleted'],
    ['of what is gone for ever', tombstoned, 'any', 'deleted'],
  ])('%s', (_, state, expected, decision) => {
    expect(decideDelete(expected, state)).toBe(decision);
  });
});

describe('a tombstone', () => {
  it.each<[string, StreamState, Expected, ReturnType<typeof decideTombstone>]>([
    ['for a stream that never began, expecting anything', missing, 'any', 'delete'],
    ['for a stream that never began, expecting none', missing, 'no-stream', 'delete'],
    ['for a stream that never began, at a revision', missing, 0n, 'refuse'],
    ['expecting it there', atTwo, 'stream-exists', 'delete'],
    ['expecting none, though it is there', atTwo, 'no-stream', 'refuse'],
    ['at another revision', atTwo, 7n, 'refuse'],
    ['twice', tombstoned, 'any', 'deleted'],
  ])('%s', (_, state, expected, decision) => {
    expect(decideTombstone(expected, state)).toBe(decision);
  });
});
