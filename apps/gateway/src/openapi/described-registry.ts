import {
  ActionDocument,
  CatalogueAction,
  CatalogueVersion,
  RegisterAnswer,
  RetireAnswer,
} from '@action-do/contracts';
import { ALWAYS, json, path, problems, ref } from './described-parts.js';
import { schemaComponent } from './schema-component.js';

const NAME = path('name', 'lower-case words joined by hyphens');
const inQuery = (name: string, required: boolean, description: string, schema: object) => ({
  name,
  in: 'query',
  required,
  description,
  schema: { type: 'string', ...schema },
});

/** Operations on the registry of actions, answered by an executor. */
export const REGISTRY_PATHS = {
  '/v1/actions': {
    post: {
      operationId: 'registerAction',
      summary: 'Register a version of an action: a service on the bus, or one over HTTP, performs it.',
      requestBody: { required: true, content: { 'application/json': { schema: ref('ActionDocument') } } },
      responses: {
        '200': json(
          ref('RegisterAnswer'),
          'Recorded now (registered) or before (known); or the version takes no new work any more (retired).',
        ),
        ...problems(
          'BODY_INVALID',
          'CONTRACT_CONFLICT',
          'PAYLOAD_TOO_LARGE',
          'UNSUPPORTED_MEDIA_TYPE',
          ...ALWAYS,
        ),
      },
    },
  },
  '/v1/actions/{name}': {
    get: {
      operationId: 'describeAction',
      summary: 'All versions of one action, with their schemas, and whether somebody performs them.',
      parameters: [NAME],
      responses: {
        '200': json(
          { type: 'object', required: ['action'], properties: { action: ref('CatalogueAction') } },
          'The action, as the log has it now. Where all versions are too much for one answer the oldest are left out, and it says that it is incomplete.',
        ),
        ...problems('ACTION_UNKNOWN', ...ALWAYS),
      },
    },
  },
  '/v1/actions/{name}/versions/{version}': {
    delete: {
      operationId: 'retireAction',
      summary: 'Retire a version for good: no new work for it from here on; what is under way ends on it.',
      parameters: [
        NAME,
        { ...path('version', 'which version'), schema: { type: 'integer', minimum: 1 } },
        inQuery('reason', true, 'why; it is recorded for good', { minLength: 1, maxLength: 1_000 }),
        inQuery(
          'successor',
          false,
          'what to call instead, <name>@<version>; default: the newest that is left',
          {
            pattern: '^[a-z0-9-]+@[1-9][0-9]{0,8}$',
          },
        ),
      ],
      responses: {
        '200': json(ref('RetireAnswer'), 'Retired now (retired) or before (known), and the successor.'),
        ...problems('ACTION_UNKNOWN', ...ALWAYS),
      },
    },
  },
};

/** As the catalogue has it, its versions by their name. */
function actionSchema(): object {
  const { properties, ...rest } = { properties: {}, ...schemaComponent(CatalogueAction) };
  return {
    ...rest,
    properties: { ...properties, versions: { type: 'array', items: ref('CatalogueVersion') } },
  };
}

export const REGISTRY_SCHEMAS = {
  ActionDocument: schemaComponent(ActionDocument),
  RegisterAnswer: schemaComponent(RegisterAnswer),
  RetireAnswer: schemaComponent(RetireAnswer),
  CatalogueVersion: schemaComponent(CatalogueVersion),
  CatalogueAction: actionSchema(),
};
