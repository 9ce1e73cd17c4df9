import { HEADERS } from './headers.js';
import { ActionName, TenantName } from './names.js';
import {
  EXECUTION_VERBS,
  EXECUTOR_QUEUE,
  gatewaySubjects,
  subjectPatterns,
  systemSubjects,
} from './subjects.js';

const tenant = TenantName.parse('acme-eu');
const action = ActionName.parse('send-invoice');
const execution = EXECUTION_VERBS.map((verb) => gatewaySubjects.execution(tenant, verb));
const subjects = [gatewaySubjects.execute(tenant, action), ...execution, ...Object.values(systemSubjects)];

/** As the bus does it: `*` stands for one token. */
const matches = (pattern: string, subject: string): boolean => {
  const tokens = subject.split('.');
  const wanted = pattern.split('.');
  return wanted.length === tokens.length && wanted.every((token, i) => token === '*' || token === tokens[i]);
};

describe('a subject', () => {
  it.each(subjects)('has only harmless letters and its version: %s', (subject) => {
    expect(subject).toMatch(/^do\.v1(\.[A-Za-z0-9_-]+)+$/);
  });

  it('is heard by exactly one pattern of an executor, if it comes from a gateway', () => {
    for (const subject of [gatewaySubjects.execute(tenant, action), ...execution])
      expect(Object.values(subjectPatterns).filter((pattern) => matches(pattern, subject))).toHaveLength(1);
    for (const subject of Object.values(systemSubjects))
      expect(Object.values(subjectPatterns).filter((pattern) => matches(pattern, subject))).toStrictEqual([]);
  });

  it('is what it has always been: other services have it written down', () => {
    expect([...subjects, EXECUTOR_QUEUE]).toStrictEqual([
      'do.v1.gw.acme-eu.action.send-invoice.execute',
      'do.v1.gw.acme-eu.execution.get',
      'do.v1.gw.acme-eu.execution.events',
      'do.v1.gw.acme-eu.execution.attach',
      'do.v1.sys.access.lookup',
      'executors',
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
