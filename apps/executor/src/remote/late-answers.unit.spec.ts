import type { TenantName } from '@action-do/contracts';
import { LateAnswers } from './late-answers.js';

const acme = 'acme' as TenantName;
const zeta = 'zeta' as TenantName;

/** What is let go of what is entered, by its name. */
function world(lateMax: number) {
  const late = new LateAnswers(lateMax);
  const gone: string[] = [];
  return { gone, enter: (tenant: TenantName, name: string) => late.enter(tenant, () => gone.push(name)) };
}

describe('attempts that were given up, where there are too many', () => {
  it('make room by the oldest of the tenant that has most, whoever comes', () => {
    const { gone, enter } = world(4);
    enter(zeta, 'z1');
    for (const name of ['a1', 'a2', 'a3']) enter(acme, name);
    expect(gone).toEqual([]);
    enter(zeta, 'z2');
    expect(gone).toEqual(['a1']);
    for (const name of ['a4', 'a5', 'a6']) enter(acme, name);
    expect(gone).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('count no more once they are over, however often that is said', () => {
    const { gone, enter } = world(2);
    const over = enter(acme, 'a1');
    for (const _ of [1, 2]) over();
    enter(acme, 'a2');
    enter(acme, 'a3');
    expect(gone).toEqual([]);
    enter(zeta, 'z1');
    expect(gone).toEqual(['a2']);
    over();
    enter(zeta, 'z2');
    expect(gone).toEqual(['a2', 'z1']);
  });

  it('of which one may make room while it comes: it is let go at once where none may be', () => {
    const { gone, enter } = world(0);
    enter(acme, 'a1');
    expect(gone).toEqual(['a1']);
  });
});
