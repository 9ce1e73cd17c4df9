import { executionId, parseActionStream } from '@action-do/contracts';
import {
  ABSENT,
  type ExecutionState,
  evolveExecution,
  type Generation,
  isBeingUndone,
  isOpen,
} from '@action-do/domain';
import type { RecordedEvent } from '@action-do/event-store';
import { toActionEvent } from '../execution/execution-record.js';
import type { SimExecutors } from './sim-executors.contract.js';

/**
 * Compares what the log, the callers and the outside world saw with what is promised (execution.md, I1 to I6).
 * @param zombies somebody was taken over while it lived: then only an unsafe action is held to a single call
 * @throws Error naming what was broken
 */
export async function checkPromises(sim: SimExecutors, zombies = false): Promise<void> {
  const started = new Map<string, string>();
  const undosStarted = new Map<string, string>();
  const generations = new Map<string, Generation>();
  for (const [stream, events] of await sim.streams())
    for (const [id, generation] of foldStream(stream, events, started, undosStarted))
      generations.set(id, generation);
  checkCalls(sim, started, generations, zombies);
  checkReplies(sim, generations);
  checkUndos(sim, undosStarted, generations);
  const left = [...sim.waiting.keys()];
  must(left.length === 0, `${left.join(', ')} never got an answer`);
  for (const [id, generation] of generations) must(!isOpen(generation), `${id} stays ${generation.status}`);
  for (const { admissions, log } of sim.live())
    must(admissions.size === 0, `${log.executor} still holds ${admissions.streams().join(', ')}`);
}

/** I1, and that every event follows from those before: the fold throws on a history that nobody may write. */
function foldStream(
  stream: string,
  events: readonly RecordedEvent[],
  started: Map<string, string>,
  undosStarted: Map<string, string>,
): Map<string, Generation> {
  const scope = parseActionStream(stream)?.scope;
  if (scope === undefined) throw new Error(`${stream} is no action's stream`);
  const found = new Map<string, Generation>();
  let state: ExecutionState = ABSENT;
  let ends = 0;
  for (const recorded of events) {
    const event = toActionEvent(recorded);
    state = evolveExecution(state, event);
    if (state.generation === null) continue;
    const id = executionId(scope, state.generation.request.generation);
    found.set(id, state.generation);
    if (event.type === 'ActionRequested') ends = 0;
    if (event.type === 'ActionStarted') started.set(`${id} ${event.data.attempt}`, event.data.executor);
    if (event.type === 'ActionUndoStarted')
      undosStarted.set(`${id} ${event.data.attempt}`, event.data.executor);
    if (event.type === 'ActionSucceeded' || event.type === 'ActionFailed') ends++;
    must(ends <= 1, `${id} has ${ends} outcomes`);
    const metadataId = recorded.metadata['executionId'];
    must(
      event.type === 'ActionLateOutcome' || metadataId === id,
      `${event.type} of ${id} says ${metadataId}`,
    );
  }
  const ids = new Set(events.map(({ id }) => id));
  must(ids.size === events.length, `${stream} holds an event twice`);
  return found;
}

/** I2 and I5. */
function checkCalls(
  { outside: { calls, effects } }: SimExecutors,
  started: ReadonlyMap<string, string>,
  generations: ReadonlyMap<string, Generation>,
  zombies: boolean,
): void {
  const seen = new Set<string>();
  for (const { executionId: id, attempt, executor } of calls) {
    const name = `${id} ${attempt}`;
    must(started.get(name) === executor, `${executor} called ${name}, begun by ${started.get(name)}`);
    must(!seen.has(name), `${name} was called twice`);
    seen.add(name);
  }
  for (const [id, { request }] of generations) {
    const { effects: effectsClass } = request.policy;
    const callCount = calls.filter((call) => call.executionId === id).length;
    const effectCount = effects.filter((call) => call.executionId === id).length;
    const declaredNone = request.params['first'];
    const mayRepeat = Array.isArray(declaredNone) && declaredNone.includes('none');
    if (effectsClass === 'unsafe') must(effectCount <= 1, `unsafe ${id} had ${effectCount} effects`);
    if (effectsClass === 'unsafe' && !mayRepeat)
      must(callCount <= 1, `unsafe ${id} was called ${callCount} times`);
    if (effectsClass === 'transactional' || (effectsClass === 'verifiable' && !zombies))
      must(effectCount <= 1, `${effectsClass} ${id} had ${effectCount} effects`);
  }
}

/** I3 and I6. */
function checkReplies({ replies }: SimExecutors, generations: ReadonlyMap<string, Generation>): void {
  for (const { caller, executionId: id, code, how, body, json } of replies) {
    if (id === undefined) continue;
    const generation = generations.get(id);
    if (generation === undefined) throw new Error(`${caller} was told of ${id}, which is not in the log`);
    if (how === 'pending') continue;
    const { outcome } = generation;
    if (code === undefined && body.startsWith('{"execution":'))
      checkWord(generation, json.execution?.status ?? '');
    else if (code === undefined) {
      const expected = outcome?.ok
        ? `{"result":${JSON.stringify(outcome.result)},"execution":`
        : 'no success';
      must(body.startsWith(expected), `${caller} got ${body.slice(0, 200)} of ${expected}`);
    } else if (code === 'COMPENSATION_FAILED') must(generation.undo !== null, `${id} was never to be undone`);
    else if (code !== 'OUTCOME_UNKNOWN')
      must(outcome?.ok === false && outcome.error.code === code, `${caller} got ${code} of ${id}`);
  }
}

/** An operator was told that it is so now. */
function checkWord({ status, outcome, request }: Generation, said: string): void {
  const holds =
    said === 'undone'
      ? status === 'undone'
      : outcome?.ok === false && (said === 'cancelled' ? status === said : outcome.settledBy === 'operator');
  must(holds, `${request.key}: an operator was told ${said}, and it is ${status}`);
}

/** U1, and that nothing is said to be undone which nobody undid. */
function checkUndos(
  { outside: { undos } }: SimExecutors,
  started: ReadonlyMap<string, string>,
  generations: ReadonlyMap<string, Generation>,
): void {
  const seen = new Set<string>();
  for (const { executionId: id, effectKey, attempt, executor } of undos) {
    const name = `${id} ${attempt}`;
    must(started.get(name) === executor, `${executor} undid ${name}, begun by ${started.get(name)}`);
    must(!seen.has(name), `${name} was undone twice`);
    seen.add(name);
    must(effectKey === `undo:${id}`, `${id} was undone with the key ${effectKey}`);
  }
  for (const [id, generation] of generations) {
    must(!isBeingUndone(generation), `${id} is being undone for ever`);
    const calls = undos.filter((call) => call.executionId === id).length;
    must(generation.status !== 'undone' || calls > 0, `${id} is undone, and nobody did it`);
  }
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
