import { StreamHeads } from './stream-heads.js';

const head = (position: number) => ({ revision: 0, position });

describe('stream heads', () => {
  it('drops the head that was not used for longest', () => {
    const heads = new StreamHeads(2, () => 100);
    heads.set('a', head(1));
    heads.set('b', head(2));
    expect(heads.get('a')).toEqual(head(1));
    heads.set('c', head(3));
    expect([heads.get('a'), heads.get('b'), heads.get('c')]).toEqual([head(1), undefined, head(3)]);
  });

  it('never drops a head that is not durable, and drops it later when it is', () => {
    let durable = 0;
    const heads = new StreamHeads(1, () => durable);
    for (const position of [1, 2, 3]) heads.set(`s-${position}`, head(position));
    expect([1, 2, 3].map((n) => heads.get(`s-${n}`)?.position)).toEqual([1, 2, 3]);
    durable = 3;
    heads.set('s-4', head(4));
    expect([1, 2, 3, 4].map((n) => heads.get(`s-${n}`)?.position)).toEqual([
      undefined,
      undefined,
      undefined,
      4,
    ]);
  });
});
