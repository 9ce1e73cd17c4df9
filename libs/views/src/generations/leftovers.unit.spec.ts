import { until } from '@action-do/test-support';
import { Leftovers } from './leftovers.js';

function world(stays: (generation: number) => boolean, check: () => Promise<void> = async () => {}) {
  const tried: number[] = [];
  const told: string[] = [];
  const place = {
    name: 'here',
    wordFor: (generation: number) => `the schema v${generation}`,
    drop: async (generation: number) => {
      tried.push(generation);
      return !stays(generation);
    },
  };
  const warn = (message: string) => void told.push(message);
  return { tried, told, leftovers: new Leftovers({ place, lock: { check }, warn, waitsMs: [1, 1] }) };
}

describe('old views', () => {
  it('that stay after the last try are told of once, by name', async () => {
    const { tried, told, leftovers } = world((generation) => generation === 2);
    leftovers.dropLater([1, 2]);
    await until('it is told', () => told.length > 0);
    expect(tried).toEqual([1, 2, 2, 2]);
    expect(told).toEqual([
      expect.stringMatching(/^the schema v2 of here .* until the next rebuild or start$/),
    ]);
    await leftovers.close();
  });

  it('that are free later are dropped then, and nothing is told', async () => {
    let read = true;
    const { tried, told, leftovers } = world(() => read);
    await leftovers.drop(1);
    expect(tried).toEqual([1]);
    read = false;
    await until('it is tried again', () => tried.length === 2);
    await leftovers.close();
    expect([tried, told]).toEqual([[1, 1], []]);
  });

  it('are not dropped later without the lock: another writer gives the numbers again', async () => {
    const { tried, told, leftovers } = world(
      () => false,
      () => Promise.reject(new Error('another writer has it')),
    );
    leftovers.dropLater([1]);
    await until('it is told', () => told.length > 0);
    expect(tried).toEqual([]);
  });

  it('are left to the next opening once it is closed', async () => {
    const { tried, told, leftovers } = world(() => true);
    leftovers.dropLater([1]);
    await leftovers.close();
    leftovers.dropLater([2]);
    await leftovers.close();
    expect([tried, told]).toEqual([[], []]);
  });
});
