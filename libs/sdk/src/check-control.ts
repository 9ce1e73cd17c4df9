import type { WaitOptions } from './check-call.js';
import { localProblem } from './local-problem.js';
import { pathSegment } from './path-segment.js';
import { isObject } from './read-answer.js';
import { sendableJson } from './sendable-json.js';
import type { EffectState, JsonValue, Problem } from './wire.js';

export interface ControlOptions extends WaitOptions {
  /** Why, for whoever reads the audit trail later: 1 to 500 characters. Recorded with the actor. */
  readonly reason: string;
}

/** What somebody found out about an execution of unknown outcome. */
export type ResolvedOutcome =
  | { readonly result: unknown }
  | {
      readonly error: {
        readonly message: string;
        /** Whether something happened in the outside world. */
        readonly effect: EffectState;
      };
    };

export interface ResolveOptions extends ControlOptions {
  readonly outcome: ResolvedOutcome;
  /** How you know: a link, a number, what the outside system shows. At most 2,000 characters. */
  readonly evidence?: string | undefined;
}

export type ControlVerb = 'cancel' | 'retry' | 'resolve' | 'undo';

type Checked = { ok: true; path: string; body: string } | { ok: false; problem: Problem };

/** The gateway's bounds; lengths as JavaScript counts them. */
const REASON_LENGTH_MAX = 500;
const EVIDENCE_LENGTH_MAX = 2_000;

/** What is sent, or what of it cannot be. The platform looks at the rest. */
export function checkControl(
  verb: ControlVerb,
  executionId: string,
  options: ControlOptions & Partial<ResolveOptions>,
): Checked {
  if (typeof executionId !== 'string' || executionId === '') return refuse('There is no execution id.');
  if (!isObject(options)) return refuse(`${verb} wants a reason: ${verb}(id, { reason }).`);
  const { reason, outcome, evidence } = options;
  if (typeof reason !== 'string' || reason.trim() === '') return refuse('reason is missing: say why.');
  if (reason.length > REASON_LENGTH_MAX)
    return refuse(`reason is longer than ${REASON_LENGTH_MAX} characters.`);
  if (evidence !== undefined && !(typeof evidence === 'string' && evidence.length <= EVIDENCE_LENGTH_MAX))
    return refuse(`evidence is no text of at most ${EVIDENCE_LENGTH_MAX} characters.`);
  const path = `/v1/executions/${pathSegment(executionId)}/${verb}`;
  if (verb !== 'resolve') return { ok: true, path, body: JSON.stringify({ reason }) };
  const sendable = sendableJson(() => outcome);
  if (!sendable.ok)
    return refuse(
      `outcome${sendable.issue.path ? `.${sendable.issue.path}` : ''}: ${sendable.issue.message}.`,
    );
  if (!isOutcome(sendable.json))
    return refuse('outcome is neither { result } nor { error: { message, effect } }.');
  return { ok: true, path, body: JSON.stringify({ reason, outcome: sendable.json, evidence }) };
}

const isOutcome = (json: JsonValue): boolean =>
  isObject(json) && Object.hasOwn(json, 'result') !== Object.hasOwn(json, 'error');

const refuse = (detail: string): Checked => ({
  ok: false,
  problem: localProblem('REQUEST_INVALID', { detail, effect: 'none' }),
});
