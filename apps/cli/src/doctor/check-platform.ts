import { CliFailure } from '../cli-failure.js';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { type Answer, GatewayClient } from '../gateway/gateway-client.js';
import { textAt } from '../gateway/json-reading.js';
import { checkClock } from './check-clock.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** An id as executions have it, of none: who may ask is told that there is nothing, everybody else is refused before. */
const NO_EXECUTION = `exe_${'0'.repeat(32)}-1`;
const LAG_EVENTS_MAX = 1_000;

/** What only the platform can tell. Each check rests on the one before: the first that nobody answers is the last. */
export async function checkPlatform(context: CommandContext): Promise<Finding[]> {
  const { baseUrl, surroundings } = context;
  const askedAtMs = surroundings.nowMs();
  const live = await attempt(new GatewayClient(baseUrl, undefined, surroundings), '/health/live');
  if (live instanceof CliFailure)
    return [fail('address', live.problem.detail, live.problem.hint, EXIT.unreachable)];
  const answeredAtMs = surroundings.nowMs();
  if (textAt(live.body, 'status') !== 'ok')
    return [
      fail(
        'address',
        `${baseUrl} answers (${live.status}), but not as an action.do gateway does.`,
        'Set --base-url or DO_BASE_URL to the address that npm start prints.',
        EXIT.unreachable,
      ),
    ];
  return [
    ok('address', `${baseUrl} answers in ${answeredAtMs - askedAtMs} ms.`),
    checkClock(live.headers.get('Date'), askedAtMs, answeredAtMs),
    await checkHealth(context),
    ...(await checkKeyAndViews(context)),
  ];
}

async function checkHealth({ baseUrl, surroundings }: CommandContext): Promise<Finding> {
  const answer = await attempt(new GatewayClient(baseUrl, undefined, surroundings), '/health/ready');
  if (!(answer instanceof CliFailure) && answer.status === 200) return ok('health', 'The platform is ready.');
  const said =
    answer instanceof CliFailure ? answer.problem.detail : JSON.stringify(answer.body ?? answer.status);
  return fail(
    'health',
    `The platform is not ready: ${said}.`,
    'Is an executor running? See the log of the platform.',
    EXIT.unreachable,
  );
}

async function checkKeyAndViews(context: CommandContext): Promise<Finding[]> {
  let gateway: GatewayClient;
  let from: string;
  try {
    ({ gateway } = context);
    ({ from } = context.apiKey);
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return [fail('key', error.problem.detail, error.problem.hint, EXIT.auth)];
  }
  const answer = await attempt(gateway, `/v1/executions/${NO_EXECUTION}`);
  if (answer instanceof CliFailure)
    return [fail('key', answer.problem.detail, answer.problem.hint, EXIT.unreachable)];
  if (answer.status === 401 || answer.status === 403)
    return [
      fail(
        'key',
        `The key from ${from} is refused: ${textAt(answer.body, 'detail')}`,
        'Use the key that this platform made: npm start keeps it in its data folder.',
        EXIT.auth,
      ),
    ];
  if (answer.status !== 404)
    return [
      warn(
        'key',
        `Whether the key from ${from} is valid could not be told (${answer.status}).`,
        'Try again.',
      ),
    ];
  return [ok('key', `The key from ${from} is valid.`), await checkViews(gateway)];
}

async function checkViews(gateway: GatewayClient): Promise<Finding> {
  const answer = await attempt(gateway, '/v1/views');
  if (answer instanceof CliFailure)
    return fail('views', answer.problem.detail, answer.problem.hint, EXIT.unreachable);
  const { status, body } = answer;
  if (status !== 200)
    return fail(
      'views',
      `The views do not answer (${status} ${textAt(body, 'code')}): ado ls and ado audit ls do not work; executing does.`,
      'Is a projector running? See the log of the platform.',
    );
  const lag = textAt(body, 'lagEvents');
  if (textAt(body, 'live') === 'false')
    return warn(
      'views',
      `The views are being built from the log, ${lag} events are left: where there were none before, ado ls and ado audit ls do not work yet.`,
      'Look again in a while: ado views status.',
    );
  if (Number(lag) <= LAG_EVENTS_MAX) return ok('views', `The views are ${lag || '0'} events behind the log.`);
  return warn(
    'views',
    `The views are ${lag} events behind the log: lists lack the newest rows.`,
    'Look again in a while: ado views status.',
  );
}

/** @returns what was answered, or why nothing was  @throws CliFailure Ctrl-C */
async function attempt(gateway: GatewayClient, path: string): Promise<Answer | CliFailure> {
  try {
    return await gateway.send('GET', path);
  } catch (error) {
    if (error instanceof CliFailure && error.exitCode !== EXIT.interrupted) return error;
    throw error;
  }
}
