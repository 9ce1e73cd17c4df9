import { ExecuteBody, INPUT_LIMITS, scanJson } from '@action-do/contracts';
import { HOSTILE_KINDS, type HostileBody, hostileBody } from './hostile-bodies.js';
import { seededRandom } from './seeded-random.js';

const DRAWS = 5_000;

function isRequest({ bytes, contentType }: HostileBody): boolean {
  if (!contentType.startsWith('application/json') || contentType === 'application/jsonx') return false;
  if (!scanJson(bytes, INPUT_LIMITS).ok) return false;
  return ExecuteBody.safeParse(JSON.parse(new TextDecoder().decode(bytes))).success;
}

describe('hostileBody', () => {
  it('never makes a valid request, and makes every kind', () => {
    const random = seededRandom(1);
    const seen = new Set<string>();
    const requests: string[] = [];
    for (let i = 0; i < DRAWS; i++) {
      const body = hostileBody(random);
      seen.add(body.kind);
      if (isRequest(body))
        requests.push(`${body.kind}: ${new TextDecoder().decode(body.bytes.subarray(0, 200))}`);
    }
    expect(requests).toEqual([]);
    expect([...seen].sort()).toEqual([...HOSTILE_KINDS].sort());
  });

  it('makes the same bodies of the same seed, and others of another', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 50 }, () => hostileBody(random));
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});
