import type { CallRecord } from '@action-do/test-support';
import { noFaults } from './fault-counts.js';
import { tellBroken } from './tell.js';

const SCOPE = 'ab'.repeat(16);
const call: CallRecord = {
  requestId: '00000000-0000-7000-9000-000000000003',
  verb: 'execute',
  action: 'pay',
  effects: 'unsafe',
  key: 'pay k1',
  windowed: false,
  params: '{}',
  beganAt: 1,
  endedAt: 2,
  said: { kind: 'accepted', id: `exe_${SCOPE}-1` },
};
const story = [
  'caller 3 wants pay k1 of {}',
  'e1 write ActionRequested behind no-stream of action-default.abababab',
  'caller 4 wants pay k2 of {}',
  'e2 write ActionRequested behind no-stream of action-default.cdcdcdcd',
  'e1 crashes',
  'caller 30 is told by g1: accepted of cdcdcdcd-1',
];
const life = { seed: 17, story, faults: noFaults(), evidence: { calls: [call], ledger: [], log: [] } };

it('a broken run is told by its seed, by what was broken, and by what happened to that execution and to processes', () => {
  const violations = [{ invariant: 'I5', of: `exe_${SCOPE}-1`, what: 'an unsafe action was called 2 times' }];
  expect(tellBroken({ life, violations }).split('\n')).toEqual([
    'seed 17 breaks what is promised (npm run simulate -- --seed 17):',
    `  I5 exe_${SCOPE}-1: an unsafe action was called 2 times`,
    story[0],
    story[1],
    story[4],
  ]);
});

it('a broken run of which no execution is to blame is told whole', () => {
  const told = tellBroken({ life, violations: [{ invariant: 'I4', what: 'caller 3 never got an answer' }] });
  expect(told.split('\n').slice(2)).toEqual(story);
});
