import { AuditQuery, ErrorCode, ExecutionsQuery, HEADERS } from '@action-do/contracts';
import { HTTP_STATUS } from '../http/http-status.js';
import {
  EXECUTE,
  EXECUTION,
  executorProblem,
  GatewayOverStub,
  type StubAnswer,
  success,
} from '../testing/gateway-over-stub.contract.js';
import { openApiDocument } from './openapi-document.js';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly responses: Record<
    string,
    { description: string; headers?: object; content?: Record<string, { schema: object }> }
  >;
}

const document = openApiDocument();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as Operation })),
);
const operation = (id: string): Operation => {
  const found = operations.find((candidate) => candidate.operation.operationId === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found.operation;
};

const urlOf = (path: string): string =>
  path.replace('{id}', EXECUTION).replace('{name}', 'send-invoice').replace('{version}', '1');
/** Where it says nothing of its own, the document's word counts: a key. */
const takesKey = ({ security }: Operation): boolean =>
  security === undefined || security.some((one) => 'apiKey' in one);

function* membersOf(value: unknown, path = '#'): Generator<[path: string, key: string, value: unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    yield [path, key, member];
    yield* membersOf(member, `${path}/${key}`);
  }
}

let gateway: GatewayOverStub;
beforeAll(async () => {
  gateway = await GatewayOverStub.start();
});
afterAll(() => gateway.close());

describe('the OpenAPI document', () => {
  it('is served to everybody, as JSON', async () => {
    const { status, json, headers } = await gateway.get('/v1/openapi.json', { authorization: '' });
    expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^application\/json/)]);
    expect(json).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('is of version 3.1 and complete: info, ids, summaries, descriptions', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: expect.any(String), version: expect.any(String) },
    });
    const ids = operations.map(({ operation: { operationId } }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const {
      operation: { operationId, summary },
    } of operations)
      expect([operationId, summary]).toEqual([operationId, expect.stringMatching(/\w/)]);
    for (const {
      operation: { responses },
    } of operations)
      for (const [status, { description }] of Object.entries(responses))
        expect([status, description]).toEqual([
          expect.stringMatching(/^[1-5]\d\d$/),
          expect.stringMatching(/\w/),
        ]);
  });

  it('has a parameter for each part of a path, and no other', () => {
    for (const {
      path,
      operation: { parameters = [] },
    } of operations) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      );
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });

  it('refers only to what is in it', () => {
    let count = 0;
    for (const [path, key, value] of membersOf(document)) {
      if (key !== '$ref') continue;
      count++;
      const target = String(value)
        .slice(2)
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
      expect([path, value, typeof target]).toEqual([path, value, 'object']);
    }
    expect(count).toBeGreaterThan(10);
  });

  it('names every route that there is, and no other', () => {
    const described = operations.flatMap(({ path, method }) => {
      const url = path.replace(/\{(\w+)\}/g, ':$1');
      return method === 'get' ? [`GET ${url}`, `HEAD ${url}`] : [`${method.toUpperCase()} ${url}`];
    });
    expect([...gateway.routes].sort()).toEqual(described.sort());
  });

  it('asks for a key wherever the gateway does', async () => {
    for (const {
      path,
      method,
      operation: { security },
    } of operations) {
      const { status } = await gateway.send({
        method: method.toUpperCase() as 'GET',
        url: urlOf(path),
        headers: { authorization: '' },
      });
      expect([path, status === 401]).toEqual([path, security === undefined]);
    }
  });
});

describe('the schemas in the document', () => {
  it.each([
    ['ExecuteBody', 'params'],
    ['AuditEvent', 'data'],
  ])('say that a JSON object is one: %s.%s', (name, member) => {
    expect(document).toHaveProperty(['components', 'schemas', name, 'properties', member], {
      type: 'object',
    });
  });
});

describe('control in the document', () => {
  it.each([
    ['ControlRequest', ['reason']],
    ['ResolveRequest', ['reason', 'outcome']],
  ])('asks for a reason, and the id stands in the path alone: %s', (name, required) => {
    expect(document).toMatchObject({
      components: { schemas: { [name]: { type: 'object', required, additionalProperties: false } } },
    });
    expect(document).not.toHaveProperty(['components', 'schemas', name, 'properties', 'id']);
  });
});

describe('the headers in the document', () => {
  const headersOf = (id: string, status: string) =>
    Object.keys(operation(id).responses[status]?.headers ?? {}).map((name) => name.toLowerCase());

  it('are all that an execute call is read for', () => {
    const names = operation('executeAction').parameters?.filter((parameter) => parameter.in === 'header');
    expect(names?.map(({ name }) => name).sort()).toEqual([
      'Do-Request-Id',
      'Idempotency-Key',
      'Prefer',
      'Repeatability-First-Sent',
    ]);
  });

  it.each<[string, StubAnswer]>([
    ['200', success],
    ['422', executorProblem('ACTION_FAILED')],
  ])('are those that an answer of %s carries', async (status, answer) => {
    gateway.executor.answer = () => ({ ...answer, headers: { ...success.headers, ...answer.headers } });
    const { headers } = await gateway.send();
    const carried = Object.keys(headers).filter((name) => /^(idempotency|do)-/.test(name));
    expect(carried.sort()).toEqual([
      'do-should-retry',
      'idempotency-generation',
      'idempotency-key',
      'idempotency-status',
    ]);
    for (const id of ['executeAction', 'attachToExecution'])
      expect(headersOf(id, status)).toEqual(expect.arrayContaining(carried));
  });

  it('lead from an answer of 202 to where the outcome can be waited for', async () => {
    const { description = '' } = operation('executeAction').responses['202'] ?? {};
    expect(headersOf('executeAction', '202')).toEqual(expect.arrayContaining(['location', 'retry-after']));
    gateway.executor.answer = () => ({
      body: '{"execution":{}}',
      headers: { [HEADERS.idempotencyStatus]: 'pending', [HEADERS.executionId]: EXECUTION },
    });
    const { headers } = await gateway.send();
    const [, where = ''] = /GET (\S*\{Location\}[^\s.]*)/.exec(description) ?? [];
    await gateway.get(where.replace('{Location}', String(headers['location'])));
    expect(gateway.executor.asked.at(-1)?.subject).toMatch(/attach/);
  });
});

describe('the lists in the document', () => {
  it.each([
    ['listExecutions', ExecutionsQuery, 'ExecutionList', 'ListedExecution'],
    ['listAuditEvents', AuditQuery, 'AuditEventList', 'AuditEvent'],
  ])('are described by every name that they take: %s', (id, query, list, item) => {
    const { parameters = [], responses } = operation(id);
    const inQuery = parameters.filter((parameter) => parameter.in === 'query');
    expect(inQuery.map(({ name }) => name).sort()).toEqual(Object.keys(query.shape).sort());
    expect(parameters.map(({ name }) => name)).toContain('Do-Min-Position');
    expect(responses['200']?.content).toEqual({
      'application/json': { schema: { $ref: `#/components/schemas/${list}` } },
    });
    expect(document).toHaveProperty(['components', 'schemas', list, 'properties', 'items', 'items'], {
      $ref: `#/components/schemas/${item}`,
    });
    expect(document).toHaveProperty(
      ['components', 'schemas', list, 'required'],
      ['items', 'nextCursor', 'position', 'lagEvents'],
    );
  });
});

describe('the problems in the document', () => {
  const documented = ({ responses }: Operation) =>
    Object.entries(responses).flatMap(([status, { description, content }]) =>
      content?.['application/problem+json']
        ? ErrorCode.options.filter(
            (code) => HTTP_STATUS[code] === Number(status) && description.includes(`${code}:`),
          )
        : [],
    );
  const always = ['UNAUTHENTICATED', 'UNAVAILABLE', 'INTERNAL', 'REQUEST_INVALID'];
  const outcomes = [
    'ACTION_FAILED',
    'ATTEMPTS_EXHAUSTED',
    'CANCELLED',
    'NO_HANDLER',
    'OUTCOME_UNKNOWN',
    'PARAMS_INVALID',
    'RESULT_INVALID',
    'RESULT_TOO_LARGE',
    'TIMED_OUT',
  ];
  const claims = [
    'ACTION_RETIRED',
    'ACTION_UNKNOWN',
    'BODY_INVALID',
    'IDEMPOTENCY_KEY_INVALID',
    'IDEMPOTENCY_KEY_MISSING',
    'IDEMPOTENCY_KEY_REUSED',
    'IN_PROGRESS',
    'PAYLOAD_TOO_LARGE',
    'RATE_LIMITED',
    'TOO_LATE',
    'UNSUPPORTED_MEDIA_TYPE',
  ];

  const controls = [
    'BODY_INVALID',
    'IN_PROGRESS',
    'NOT_FOUND',
    'NOT_POSSIBLE',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
  ];

  const answers: [string, string[]][] = [
    ['executeAction', [...always, ...outcomes, ...claims]],
    ['attachToExecution', [...always, ...outcomes, 'NOT_FOUND']],
    ['getExecution', [...always, 'NOT_FOUND']],
    ['listExecutionEvents', [...always, 'NOT_FOUND']],
    ['cancelExecution', [...always, ...outcomes, ...controls]],
    ['retryExecution', [...always, ...outcomes, ...controls, 'RATE_LIMITED']],
    ['resolveExecution', [...always, ...controls, 'NO_HANDLER']],
    ['undoExecution', [...always, ...controls, 'COMPENSATION_FAILED', 'NO_HANDLER', 'RATE_LIMITED']],
    [
      'registerAction',
      [...always, 'BODY_INVALID', 'CONTRACT_CONFLICT', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
    ],
    ['describeAction', [...always, 'ACTION_UNKNOWN']],
    ['retireAction', [...always, 'ACTION_UNKNOWN']],
    ['listExecutions', always],
    ['listAuditEvents', always],
    ['listActions', always],
    ['getViewsStatus', always],
    ['getOpenApi', always],
    ['getAsyncApi', always],
    // They answer whoever asks.
    ['isLive', []],
    ['isReady', []],
    [
      'rebuildViews',
      [...always, 'BODY_INVALID', 'IN_PROGRESS', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
    ],
  ];

  it.each(answers)('are all that %s may answer with', (id, codes) => {
    expect(documented(operation(id)).sort()).toEqual([...codes].sort());
  });

  it('are told of every operation', () => {
    expect(answers.map(([id]) => id).sort()).toEqual(
      operations.map(({ operation: { operationId } }) => operationId).sort(),
    );
  });

  it.each(operations)(
    'UNAUTHENTICATED is among them where a key is read: $method $path',
    async (described) => {
      const url = urlOf(described.path);
      const method = described.method.toUpperCase() as 'GET';
      const { status } = await gateway.send({ method, url, headers: { authorization: 'Bearer nobody' } });
      expect(documented(described.operation).includes('UNAUTHENTICATED')).toBe(status === 401);
      expect(takesKey(described.operation)).toBe(status === 401);
    },
  );

  it('come under the status that the gateway gives them', async () => {
    for (const code of documented(operation('executeAction'))) {
      gateway.executor.answer = () => executorProblem(code);
      const { status } = await gateway.send({ url: EXECUTE });
      expect(operation('executeAction').responses[String(status)]?.description).toContain(`${code}:`);
    }
  });
});
