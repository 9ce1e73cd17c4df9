import { HEADERS } from './headers.js';
import { ActionName, TenantName } from './names.js';
import { executionId, type ScopeHash } from './streams.js';
import {
  CONTROL_VERBS,
  clientSubjects,
  EXECUTION_VERBS,
  EXECUTOR_QUEUE,
  executorSubjects,
  gatewaySubjects,
  handlerSubjects,
  LISTS,
  PROJECTOR_QUEUE,
  queryPatterns,
  REGISTRY_VERBS,
  REQUEST_PATTERNS,
  subjectPatterns,
  systemSubjects,
  VIEWS_VERBS,
  WORKER_QUEUE,
} from './subjects.js';

const tenant = TenantName.parse('acme-eu');
const action = ActionName.parse('send-invoice');
const execution = executionId('0123456789abcdef0123456789abcdef' as ScopeHash, 1);

const toExecutors = [gatewaySubjects, clientSubjects].flatMap((subjects) => [
  subjects.execute(tenant, action),
  ...[...EXECUTION_VERBS, ...CONTROL_VERBS].map((verb) => subjects.execution(tenant, verb)),
]);
const toProjectors = [
  ...LISTS.flatMap((list) => [gatewaySubjects.list(tenant, list), clientSubjects.list(tenant, list)]),
  ...VIEWS_VERBS.map((verb) => gatewaySubjects.views(tenant, verb)),
];
const aboutHandlers = [
  handlerSubjects.run(tenant, action, 2),
  handlerSubjects.probe(tenant, action, 2),
  handlerSubjects.undo(tenant, action, 2),
  handlerSubjects.ask(tenant, action, 2),
  handlerSubjects.abort(tenant, execution),
];
const amongExecutors = [
  executorSubjects.settled(tenant, execution),
  executorSubjects.cancel(tenant, execution),
  executorSubjects.registered(tenant, action),
];
const heartbeat = handlerSubjects.heartbeat(tenant, execution);
const aboutRegistry = [
  clientSubjects.register(tenant),
  clientSubjects.retire(tenant),
  clientSubjects.describe(tenant),
  ...REGISTRY_VERBS.map((verb) => gatewaySubjects.registry(tenant, verb)),
];
const inside = Object.values(systemSubjects);
const subjects = [
  ...toExecutors,
  ...aboutRegistry,
  heartbeat,
  ...toProjectors,
  ...aboutHandlers,
  ...amongExecutors,
  ...inside,
];

/** As the bus does it: `*` stands for one token, `>` for the rest. */
function matches(pattern: string, subject: string): boolean {
  const tokens = subject.split('.');
  const wanted = pattern.split('.');
  if (wanted.at(-1) === '>')
    return tokens.length >= wanted.length && wanted.slice(0, -1).every((token, i) => token === tokens[i]);
  return wanted.length === tokens.length && wanted.every((token, i) => token === '*' || token === tokens[i]);
}

const heardBy = (patterns: Readonly<Record<string, string>>, subject: string): string[] =>
  Object.values(patterns).filter((pattern) => matches(pattern, subject));

describe('a subject', () => {
  it.each(subjects)('has only harmless letters and its version: %s', (subject) => {
    expect(subject).toMatch(/^do\.v1(\.[A-Za-z0-9_-]+)+$/);
  });

  it('is heard by exactly one pattern, of the service whose business it is', () => {
    for (const subject of [...toExecutors, ...aboutRegistry, heartbeat]) {
      expect(heardBy(subjectPatterns, subject)).toHaveLength(1);
      expect(heardBy(queryPatterns, subject)).toEqual([]);
    }
    for (const subject of toProjectors) {
      expect(heardBy(queryPatterns, subject)).toHaveLength(1);
      expect(heardBy(subjectPatterns, subject)).toEqual([]);
    }
    for (const subject of [...inside, ...aboutHandlers, ...amongExecutors]) {
      expect(heardBy(subjectPatterns, subject)).toEqual([]);
      expect(heardBy(queryPatterns, subject)).toEqual([]);
    }
  });

  it('lies under what no JetStream stream may cover', () => {
    for (const subject of subjects)
      expect(REQUEST_PATTERNS.filter((pattern) => matches(pattern, subject))).toHaveLength(1);
  });

  it('of an abort is heard by the workers of the tenant', () => {
    expect(matches(handlerSubjects.abortPattern(tenant), handlerSubjects.abort(tenant, execution))).toBe(
      true,
    );
  });

  it('is what it has always been: other services have it written down', () => {
    expect([...subjects, EXECUTOR_QUEUE, PROJECTOR_QUEUE, WORKER_QUEUE]).toStrictEqual([
      'do.v1.gw.acme-eu.action.send-invoice.execute',
      'do.v1.gw.acme-eu.execution.get',
      'do.v1.gw.acme-eu.execution.events',
      'do.v1.gw.acme-eu.execution.attach',
      'do.v1.gw.acme-eu.execution.cancel',
      'do.v1.gw.acme-eu.execution.retry',
      'do.v1.gw.acme-eu.execution.resolve',
      'do.v1.gw.acme-eu.execution.undo',
      'do.v1.cmd.acme-eu.action.send-invoice.execute',
      'do.v1.cmd.acme-eu.execution.get',
      'do.v1.cmd.acme-eu.execution.events',
      'do.v1.cmd.acme-eu.execution.attach',
      'do.v1.cmd.acme-eu.execution.cancel',
      'do.v1.cmd.acme-eu.execution.retry',
      'do.v1.cmd.acme-eu.execution.resolve',
      'do.v1.cmd.acme-eu.execution.undo',
      'do.v1.cmd.acme-eu.registry.register',
      'do.v1.cmd.acme-eu.registry.retire',
      'do.v1.qry.acme-eu.registry.describe',
      'do.v1.gw.acme-eu.registry.register',
      'do.v1.gw.acme-eu.registry.retire',
      'do.v1.gw.acme-eu.registry.describe',
      'do.v1.gw.acme-eu.registry.presence',
      'do.v1.hb.acme-eu.exe_0123456789abcdef0123456789abcdef-1',
      'do.v1.gw.acme-eu.execution.list',
      'do.v1.qry.acme-eu.execution.list',
      'do.v1.gw.acme-eu.audit.list',
      'do.v1.qry.acme-eu.audit.list',
      'do.v1.gw.acme-eu.action.list',
      'do.v1.qry.acme-eu.action.list',
      'do.v1.gw.acme-eu.views.status',
      'do.v1.gw.acme-eu.views.rebuild',
      'do.v1.handler.acme-eu.send-invoice.v2.run',
      'do.v1.handler.acme-eu.send-invoice.v2.probe',
      'do.v1.handler.acme-eu.send-invoice.v2.undo',
      'do.v1.handler.acme-eu.send-invoice.v2.ask',
      'do.v1.ctl.acme-eu.exe_0123456789abcdef0123456789abcdef-1.abort',
      'do.v1.ctl.acme-eu.exe_0123456789abcdef0123456789abcdef-1.settled',
      'do.v1.ctl.acme-eu.exe_0123456789abcdef0123456789abcdef-1.cancel',
      'do.v1.ctl.acme-eu.send-invoice.registered',
      'do.v1.sys.access.lookup',
      'do.v1.sys.log.served',
      'do.v1.sys.execution.recover',
      'do.v1.sys.execution.adopted',
      'do.v1.sys.executor.beat',
      'executors',
      'projectors',
      'workers',
    ]);
  });
});

describe('a header', () => {
  const names = Object.values(HEADERS);

  it('has a name that HTTP and the bus allow', () => {
    for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z-]*[a-z]$/);
  });

  it('differs from every other by more than the size of its letters', () => {
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  });
});
