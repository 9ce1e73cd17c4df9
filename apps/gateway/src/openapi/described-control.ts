import { CONTROL_VERBS, type ControlVerb, type ErrorCode } from '@action-do/contracts';
import { ControlRequest, ResolveRequest } from '../executions/control-request.js';
import { ANSWER_HEADER_REFS, GOES_ON_HEADERS, PREFER, REQUEST_ID } from './described-headers.js';
import { ALWAYS, json, OUTCOMES, problems, ref } from './described-parts.js';
import { schemaComponent } from './schema-component.js';

interface Described {
  readonly summary: string;
  /** When it is answered with 200. */
  readonly done: string;
  /** With 202; what is settled by the word itself never is. */
  readonly goesOn?: string;
}

const VERBS: Record<ControlVerb, Described> = {
  cancel: {
    summary: 'Cancel: at once what waits; of an attempt under way the outcome decides.',
    done: 'Cancelled; or the attempt under way succeeded all the same, as the status tells.',
    goesOn: 'Recorded; the attempt under way has not ended.',
  },
  retry: {
    summary: 'Do the work of a failed execution, or of one of unknown outcome, once more.',
    done: 'Succeeded. The execution is a new one, of the next generation.',
    goesOn: 'Begun: the execution is a new one, of the next generation.',
  },
  resolve: {
    summary: 'Say what became of an execution of unknown outcome.',
    done: 'Settled, by this outcome.',
  },
  undo: {
    summary: 'Take back what a succeeded execution did.',
    done: 'Undone.',
    goesOn: 'Recorded; the undo has not ended.',
  },
};

/** What may come out otherwise than it was wanted. */
const ENDS: Record<ControlVerb, readonly ErrorCode[]> = {
  cancel: OUTCOMES,
  retry: [...OUTCOMES, 'RATE_LIMITED'],
  resolve: ['NO_HANDLER'],
  undo: ['COMPENSATION_FAILED', 'NO_HANDLER', 'RATE_LIMITED'],
};

const answer = {
  type: 'object',
  required: ['execution'],
  properties: { result: {}, execution: ref('Execution') },
};

/** `POST /v1/executions/{id}/<verb>` for each verb. @param id the parameter */
export const controlPaths = (id: object) =>
  Object.fromEntries(
    CONTROL_VERBS.map((verb) => [`/v1/executions/{id}/${verb}`, { post: operation(verb, id) }]),
  );

function operation(verb: ControlVerb, id: object) {
  const { summary, done, goesOn } = VERBS[verb];
  const schema = ref(verb === 'resolve' ? 'ResolveRequest' : 'ControlRequest');
  return {
    operationId: `${verb}Execution`,
    summary,
    parameters: [id, REQUEST_ID, PREFER],
    requestBody: { required: true, content: { 'application/json': { schema } } },
    responses: {
      '200': json(answer, done, ANSWER_HEADER_REFS),
      ...(goesOn === undefined ? {} : { '202': json(answer, goesOn, GOES_ON_HEADERS) }),
      ...problems(
        'BODY_INVALID',
        'NOT_FOUND',
        'NOT_POSSIBLE',
        'IN_PROGRESS',
        'PAYLOAD_TOO_LARGE',
        'UNSUPPORTED_MEDIA_TYPE',
        ...ENDS[verb],
        ...ALWAYS,
      ),
    },
  };
}

export const CONTROL_SCHEMAS = {
  ControlRequest: schemaComponent(ControlRequest),
  ResolveRequest: schemaComponent(ResolveRequest),
};
