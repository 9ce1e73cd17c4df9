import { LogRestored } from './tenant-events.js';

/** What stands in logs already; see stored-events.unit.spec.ts: add an example, never change one. */
const STORED = [
  '{"restoration":"0190b6f2-7d3b-4cc1-8f4e-0d9f2f1c3a55","after":"k7wq-4711","reason":"the disk of db-2 died","atMs":1735689600000}',
  '{"restoration":"0190b6f2-7d3b-4cc1-8f4e-0d9f2f1c3a55","after":"k7wq-4711","atMs":1735689600000}',
];

describe('a LogRestored that was stored', () => {
  it.each(STORED)('is read as it was written, also when a newer version has added to it: %s', (text) => {
    const data = JSON.parse(text);
    expect(LogRestored.parse({ ...data, addedLater: 1 })).toStrictEqual(data);
  });

  it.each(['restoration', 'after', 'atMs'])('without %s is none', (member) => {
    const data = JSON.parse(STORED[0] ?? '');
    delete data[member];
    expect(LogRestored.safeParse(data).success).toBe(false);
  });
});
