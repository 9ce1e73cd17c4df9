import {
  type ActionName,
  CONTROL_VERBS,
  clientSubjects,
  EXECUTION_VERBS,
  type ExecutionId,
  handlerSubjects,
  type IdempotencyPolicy,
  type TenantName,
} from '@action-do/contracts';
import {
  ANSWERED,
  ASKED,
  COMMANDED,
  executed,
  FAILED,
  LISTED,
  NONE,
  PERFORMED,
  REFUSED,
} from './bus-headers.js';

/** One kind of message: its headers, and the name of the schema of its body. */
export interface Told {
  readonly headers: object;
  readonly payload: string;
  readonly summary: string;
}

/** What is asked on one subject, and what is answered. */
export interface Exchange {
  readonly address: string;
  /** Seen from a program that calls or performs: does it begin this, or is it asked? */
  readonly action: 'send' | 'receive';
  readonly summary: string;
  readonly request: Told;
  /** By what they are called in the document; none where nobody answers. */
  readonly answers: Readonly<Record<string, Told>>;
}

const hole = (name: string): string => `{${name}}`;
export const TENANT = hole('tenant') as TenantName;
export const ACTION = hole('action') as ActionName;
const EXECUTION = hole('execution') as ExecutionId;

const problem: Told = { headers: REFUSED, payload: 'Problem', summary: 'Refused, or failed for good.' };

/** From a client, with its key; refused or answered. */
const asked = (
  address: string,
  summary: string,
  [headers, payload]: readonly [object, string],
  answer: string,
): Exchange => ({
  address,
  action: 'send',
  summary,
  request: { headers, payload, summary },
  answers: { answer: { headers: ANSWERED, payload: answer, summary: 'The answer.' }, problem },
});

const execution = (verb: (typeof EXECUTION_VERBS | typeof CONTROL_VERBS)[number]) =>
  clientSubjects.execution(TENANT, verb);

/** @param action `{action}`, or one by name  @param policy of that one */
export const executeExchange = (
  action: string,
  policy?: IdempotencyPolicy,
  payload = 'ExecuteBody',
  answer = 'Outcome',
): Exchange =>
  asked(
    clientSubjects.execute(TENANT, action as ActionName),
    'Execute an action: once, however often it is asked for.',
    [executed(policy), payload],
    answer,
  );

/** Of handlers' subjects the last word tells them apart. `{version}` is a number. */
const handler = (verb: 'run' | 'undo' | 'probe' | 'ask', action: string, version?: number) =>
  handlerSubjects[verb](TENANT, action, version ?? 0).replace('.v0.', '.v{version}.');

const performed = (
  address: string,
  summary: string,
  payload: string,
  answer: string,
  said: string,
): Exchange => ({
  address,
  action: 'receive',
  summary,
  request: { headers: PERFORMED, payload, summary },
  answers: {
    answer: { headers: NONE, payload: answer, summary: said },
    failure: { headers: FAILED, payload: 'HandlerFailure', summary: 'It failed, and what it left behind.' },
  },
});

export const runExchange = (
  action: string,
  version?: number,
  payload = 'Params',
  answer = 'Result',
): Exchange =>
  performed(
    handler('run', action, version),
    'Perform one attempt; workers share them.',
    payload,
    answer,
    'The result.',
  );

/** What a client asks and what a service is asked that performs an action, by the name of the operation. */
export const EXCHANGES: Readonly<Record<string, Exchange>> = {
  executeAction: executeExchange(ACTION),
  getExecution: asked(
    execution('get'),
    'One execution as it stands now.',
    [ASKED, 'ExecutionQuestion'],
    'Outcome',
  ),
  listExecutionEvents: asked(
    execution('events'),
    'Everything that was recorded of one execution, in order.',
    [ASKED, 'EventsQuestion'],
    'EventsPage',
  ),
  attachToExecution: asked(
    execution('attach'),
    'Wait for the outcome, as the first caller did.',
    [ASKED, 'ExecutionQuestion'],
    'Outcome',
  ),
  cancelExecution: asked(execution('cancel'), 'Cancel it.', [COMMANDED, 'ControlBody'], 'Outcome'),
  retryExecution: asked(execution('retry'), 'Do its work once more.', [COMMANDED, 'ControlBody'], 'Outcome'),
  resolveExecution: asked(
    execution('resolve'),
    'Say what became of it.',
    [COMMANDED, 'ResolveBody'],
    'Outcome',
  ),
  undoExecution: asked(execution('undo'), 'Take back what it did.', [COMMANDED, 'ControlBody'], 'Outcome'),
  registerAction: asked(
    clientSubjects.register(TENANT),
    'Register a version of an action.',
    [ASKED, 'RegisterCommand'],
    'RegisterAnswer',
  ),
  retireAction: asked(
    clientSubjects.retire(TENANT),
    'Let a version take no new work.',
    [ASKED, 'RetireCommand'],
    'RetireAnswer',
  ),
  describeAction: asked(
    clientSubjects.describe(TENANT),
    'All versions of an action.',
    [ASKED, 'DescribeQuestion'],
    'DescribedAction',
  ),
  listExecutions: asked(
    clientSubjects.list(TENANT, 'execution'),
    'Search in the executions, newest first.',
    [LISTED, 'ExecutionsQuery'],
    'ExecutionList',
  ),
  listAuditEvents: asked(
    clientSubjects.list(TENANT, 'audit'),
    'Search in the audit trail, newest first.',
    [LISTED, 'AuditQuery'],
    'AuditEventList',
  ),
  listActions: asked(
    clientSubjects.list(TENANT, 'action'),
    'Search in the catalogue of actions.',
    [LISTED, 'ActionsQuery'],
    'ActionList',
  ),
  runAction: runExchange(ACTION),
  undoAction: performed(
    handler('undo', ACTION),
    'Take back what a succeeded attempt did.',
    'HandlerUndo',
    'Result',
    'It is undone.',
  ),
  probeAction: performed(
    handler('probe', ACTION),
    'Say what became of earlier attempts.',
    'Params',
    'HandlerProbeAnswer',
    'What is known.',
  ),
  askWorkers: {
    address: handler('ask', ACTION),
    action: 'receive',
    summary:
      'Whether somebody is there, or has this attempt: all workers are asked, and who does not know keeps silent.',
    request: {
      headers: NONE,
      payload: 'HandlerQuestion',
      summary: 'Without an execution: is anybody there?',
    },
    answers: { answer: { headers: NONE, payload: 'HandlerReport', summary: 'What this worker knows.' } },
  },
  abortAttempt: {
    address: handlerSubjects.abort(TENANT, EXECUTION),
    action: 'receive',
    summary: 'An attempt was given up, or somebody cancelled it.',
    request: { headers: NONE, payload: 'HandlerAbort', summary: 'Which attempt.' },
    answers: {},
  },
  sendHeartbeat: {
    address: handlerSubjects.heartbeat(TENANT, EXECUTION),
    action: 'send',
    summary: 'This attempt goes on: begin its timeout anew.',
    request: { headers: NONE, payload: 'HandlerHeartbeat', summary: 'Which attempt.' },
    answers: {},
  },
};
