import { type ActionContract, clientSubjects } from '@action-do/contracts';
import { ServedExecutor } from '../testing/served-executor.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus } from '../testing/sim-worker.contract.js';

it('contracts of one action that weigh too much together are refused, and those that stand are known as before', async () => {
  const served = await ServedExecutor.start([]);
  const register = (changed: Partial<ActionContract>) =>
    served.ask(clientSubjects.register(TENANT), { contract: { ...onTheBus().contract, ...changed } });
  const long = { description: 'x'.repeat(60_000) };
  const paramsJsonSchema = { type: 'object', properties: { a: long, b: long, c: long, d: long } };
  let version = 1;
  let answer = await register({ version, paramsJsonSchema });
  while (answer.json['status'] === 'registered' && version < 12)
    answer = await register({ version: ++version, paramsJsonSchema });
  expect([version, answer.code, answer.json['detail']]).toEqual([
    9,
    'PAYLOAD_TOO_LARGE',
    expect.stringMatching(
      /^With version 9 the versions of pay would weigh 2[12]\d{5}, and may weigh 2097152: /,
    ),
  ]);
  expect((await register({ version: 1, paramsJsonSchema })).json['status']).toBe('known');
  expect((await register({ version: 9 })).json['status']).toBe('registered');
  await served.close();
}, 60_000);
