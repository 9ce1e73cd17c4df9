import { StreamHeads } from './stream-heads.js';

const head = (position: number) => ({ revision: 0, position });

describe('stream heads', () => {
  it('keeps what was used lately and drops the rest, at most so many in all', () => {
    const heads = new StreamHeads(4, () => 10_000);
    for (const [index, id] of ['a', 'b', 'c'].entries()) heads.set(id, head(index));
    expect(heads.get('a')).toEqual(head(0));
    heads.set('d', head(3));
    expect(['a', 'b', 'c', 'd'].filter((id) => heads.get(id))).toEqual(['a', 'c', 'd']);
    for (let position = 4; position < 1_000; position += 1) heads.set(`s-${position}`, head(position));
    const known = Array.from({ length: 1_000 }, (_, n) => `s-${n}`).filter((id) => heads.get(id));
    expect(known.length).toBeLessThanOrEqual(4);
    expect(heads.get('s-999')).toEqual(head(999));
  });

  it('tells the newest head of a stream, wherever an older one is kept', () => {
    const heads = new StreamHeads(2, () => 100);
    heads.set('a', head(1));
    heads.set('b', head(2));
    heads.set('a', head(3));
    expect(heads.get('a')).toEqual(head(3));
    heads.set('c', head(4));
    expect(heads.get('a')).toEqual(head(3));
  });

  it('never drops a head that is not durable, and drops it later when it is', () => {
    let durable = 0;
    const heads = new StreamHeads(2, () => durable);
    const ids = [1, 2, 3, 4, 5].map((n) => `s-${n}`);
    const known = () => ids.filter((id) => heads.get(id));
    for (const [index, id] of ids.entries()) heads.set(id, head(index + 1));
    expect(known()).toEqual(ids);
    durable = 5;
    for (let position = 6; position < 12; position += 1) heads.set('other', head(position));
    for (let n = 1; n < 4; n += 1) heads.set(`new-${n}`, head(5));
    expect(known()).toEqual([]);
  });
});
