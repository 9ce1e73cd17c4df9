/**
 * Who may say what on the bus: for each role an allow-list, and nothing besides. `infra/nats.conf` is made of these
 * (`tools/nats-conf.mjs`), and what a role may not do is tried at its start (`forbiddenTo`).
 *
 * An inbox is read by its role alone: a result goes to whoever asked, and a wildcard over all inboxes would show it to
 * everybody. To answer is no right to publish: it goes where the question came from, once.
 */
import type { TenantName } from './names.js';
import {
  clientSubjects,
  executorSubjects,
  handlerPatterns,
  queryPatterns,
  subjectPatterns,
  systemSubjects,
} from './subjects.js';

export interface BusRights {
  /** Names the user; one token of a subject. */
  readonly role: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer the questions that it hears. */
  readonly answers: boolean;
  /** What the subjects begin with on which it gets answers. */
  readonly inbox: string;
}

/**
 * One thing to do on the bus. Subjects of probes are such that nobody listens, as far as the pattern allows; where somebody
 * does, an empty message that names no caller must do nothing, for a bus without users delivers it.
 */
export interface BusDeed {
  readonly deed: 'publish' | 'subscribe';
  readonly subject: string;
}

const everyTenant = '*';
const fromGateway = [...Object.values(subjectPatterns), ...Object.values(queryPatterns)].filter((pattern) =>
  pattern.startsWith('do.v1.gw.'),
);

const rights = (
  role: string,
  publish: readonly string[],
  subscribe: readonly string[],
  answers: boolean,
): BusRights => {
  const inbox = `_INBOX.${role}`;
  return { role, publish, subscribe: [...subscribe, `${inbox}.>`], answers, inbox };
};

const gateway = rights('gateway', [...fromGateway, systemSubjects.accessLookup], [], false);

const heardByExecutor = [
  ...Object.values(subjectPatterns),
  executorSubjects.settledPattern,
  executorSubjects.registeredPattern,
  ...Object.values(systemSubjects),
];
const executor = rights(
  'executor',
  [
    ...Object.values(handlerPatterns(everyTenant)),
    executorSubjects.settledPattern,
    executorSubjects.registeredPattern,
    systemSubjects.servedLog,
    systemSubjects.adopted,
    systemSubjects.beat,
  ],
  heardByExecutor,
  true,
);

const projector = rights(
  'projector',
  [systemSubjects.accessLookup, systemSubjects.recover, systemSubjects.servedLog],
  [...Object.values(queryPatterns), systemSubjects.beat],
  true,
);

const bothOf = (one: readonly string[], other: readonly string[]): string[] => [
  ...new Set([...one, ...other]),
];

export const busRights = {
  gateway,
  executor,
  projector,
  /** The three in one process, as one user. */
  standalone: rights(
    'standalone',
    [gateway, executor, projector].map(({ publish }) => publish).reduce(bothOf),
    bothOf(heardByExecutor, Object.values(queryPatterns)),
    true,
  ),
  /** Performs the actions of one tenant. */
  worker: (tenant: TenantName): BusRights => {
    const { abort, ...calls } = handlerPatterns(tenant);
    return rights(
      `worker-${tenant}`,
      [`do.v1.hb.${tenant}.*`, clientSubjects.register(tenant)],
      [...Object.values(calls), abort],
      true,
    );
  },
  /** Calls actions and asks for lists of one tenant; whoever answers looks at its key besides. */
  client: (tenant: TenantName): BusRights =>
    rights(`client-${tenant}`, [`do.v1.cmd.${tenant}.>`, `do.v1.qry.${tenant}.>`], [], false),
};

/** No name of ours has capitals: what a probe says is heard by nobody as something to be done. */
const PROBE = 'ACL-PROBE';
/** A tenant that is not the user's own. */
const OTHER_TENANT = 'acl-probe' as TenantName;
const TENANT_TOKEN = 3;
const INSIDE = 'sys';

/**
 * What a user with these rights must not be able to do: all that the other roles do, for its tenant and for another.
 * @param tenant one that there is, so that a right which was given for it alone is found, too
 */
export function forbiddenTo(own: BusRights, tenant: TenantName): BusDeed[] {
  const others = [
    busRights.gateway,
    busRights.executor,
    busRights.projector,
    ...[tenant, OTHER_TENANT].flatMap((each) => [busRights.worker(each), busRights.client(each)]),
  ].filter(({ role }) => role !== own.role);
  const deeds = others.flatMap((other) => [
    ...other.publish.map((pattern): BusDeed => ({ deed: 'publish', subject: literal(pattern, tenant) })),
    ...other.subscribe.map((pattern): BusDeed => ({ deed: 'subscribe', subject: literal(pattern, tenant) })),
    { deed: 'publish', subject: `${other.inbox}.${PROBE}` } satisfies BusDeed,
  ]);
  const seen = new Set<string>();
  return deeds.filter(({ deed, subject }) => {
    const name = `${deed} ${subject}`;
    if (seen.has(name) || own[deed].some((pattern) => isCovered(subject, pattern))) return false;
    seen.add(name);
    return true;
  });
}

/** A subject that the pattern covers. */
function literal(pattern: string, tenant: TenantName): string {
  const tokens = pattern.split('.');
  const ofTenant = tokens[2] !== INSIDE && tokens[TENANT_TOKEN] === '*';
  return tokens
    .map((token, at) => (at === TENANT_TOKEN && ofTenant ? tenant : token.replace(/^[*>]$/, PROBE)))
    .join('.');
}

/** As the bus has it: `*` is one token, `>` the rest. */
function isCovered(subject: string, pattern: string): boolean {
  const tokens = subject.split('.');
  const wanted = pattern.split('.');
  const fits = (want: string, at: number): boolean =>
    tokens[at] !== undefined && (want === '*' || want === '>' || want === tokens[at]);
  return (
    (wanted.at(-1) === '>' ? tokens.length >= wanted.length : tokens.length === wanted.length) &&
    wanted.every(fits)
  );
}
