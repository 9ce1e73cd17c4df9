import { z } from 'zod';
import { textOf } from './repository.js';
import { faultsOf, requiredOf, SERVICES } from './service-variables.js';
import { documentsOf, kubernetesFiles } from './yaml-files.js';

const NAME = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const Labels = z.record(z.string(), z.string());
const Selector = z.strictObject({ matchLabels: Labels });
const Metadata = z.strictObject({ name: NAME, namespace: NAME.optional(), labels: Labels.optional() });
const Probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/health/'), port: NAME }),
  periodSeconds: z.int().min(1),
  timeoutSeconds: z.int().min(1).optional(),
  failureThreshold: z.int().min(1),
});
const Quantity = z.string().regex(/^\d+(m|Mi|Gi)?$/);
const Container = z.strictObject({
  name: NAME,
  image: z.string(),
  imagePullPolicy: z.literal('IfNotPresent'),
  lifecycle: z
    .strictObject({ preStop: z.strictObject({ exec: z.strictObject({ command: z.array(z.string()) }) }) })
    .optional(),
  args: z.array(z.string()),
  envFrom: z.array(
    z.union([
      z.strictObject({ configMapRef: z.strictObject({ name: NAME }) }),
      z.strictObject({ secretRef: z.strictObject({ name: NAME }) }),
    ]),
  ),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  ports: z.array(z.strictObject({ name: NAME, containerPort: z.int() })),
  readinessProbe: Probe,
  livenessProbe: Probe,
  startupProbe: Probe,
  resources: z.strictObject({
    requests: z.strictObject({ cpu: Quantity, memory: Quantity }),
    limits: z.strictObject({ memory: Quantity }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
});
const PodSpec = z.strictObject({
  automountServiceAccountToken: z.literal(false),
  terminationGracePeriodSeconds: z.int(),
  securityContext: z.strictObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.int().min(1),
    runAsGroup: z.int().min(1),
    seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
  }),
  topologySpreadConstraints: z.array(
    z.strictObject({
      maxSkew: z.int().min(1),
      topologyKey: z.string(),
      whenUnsatisfiable: z.enum(['ScheduleAnyway', 'DoNotSchedule']),
      labelSelector: Selector,
    }),
  ),
  containers: z.tuple([Container]),
});
/** Strict, so that a misspelt word is found: each shape is that of the API for what is used of it here. */
const Manifest = z.discriminatedUnion('kind', [
  z.strictObject({ apiVersion: z.literal('v1'), kind: z.literal('Namespace'), metadata: Metadata }),
  z.strictObject({
    apiVersion: z.literal('v1'),
    kind: z.literal('ConfigMap'),
    metadata: Metadata,
    data: z.record(z.string(), z.string()),
  }),
  z.strictObject({
    apiVersion: z.literal('v1'),
    kind: z.literal('Service'),
    metadata: Metadata,
    spec: z.strictObject({
      type: z.literal('ClusterIP'),
      selector: Labels,
      ports: z.array(z.strictObject({ name: NAME, port: z.int(), targetPort: NAME })),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('policy/v1'),
    kind: z.literal('PodDisruptionBudget'),
    metadata: Metadata,
    spec: z.strictObject({ maxUnavailable: z.int().min(1), selector: Selector }),
  }),
  z.strictObject({
    apiVersion: z.literal('networking.k8s.io/v1'),
    kind: z.literal('NetworkPolicy'),
    metadata: Metadata,
    spec: z.strictObject({
      podSelector: z.union([Selector, z.strictObject({})]),
      policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
      ingress: z
        .array(
          z.strictObject({
            ports: z.array(z.strictObject({ port: z.string(), protocol: z.literal('TCP') })),
          }),
        )
        .optional(),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('apps/v1'),
    kind: z.literal('Deployment'),
    metadata: Metadata,
    spec: z.strictObject({
      replicas: z.int().min(2),
      strategy: z.strictObject({
        type: z.literal('RollingUpdate'),
        rollingUpdate: z.strictObject({ maxSurge: z.int().min(1), maxUnavailable: z.literal(0) }),
      }),
      selector: Selector,
      template: z.strictObject({ metadata: z.strictObject({ labels: Labels }), spec: PodSpec }),
    }),
  }),
]);
type Manifest = z.infer<typeof Manifest>;

const manifests = kubernetesFiles().flatMap((file) =>
  documentsOf(file).map((document) => ({ file, document })),
);
const all: Manifest[] = manifests.map(({ document }) => Manifest.parse(document));
const only = <K extends Manifest['kind']>(kind: K): Extract<Manifest, { kind: K }>[] =>
  all.filter((each): each is Extract<Manifest, { kind: K }> => each.kind === kind);
const [config] = only('ConfigMap');
/** What an operator puts into the Secrets; README.md has the list. */
const SECRETS: Record<string, string[]> = {
  'action-do-gateway': ['DO_NATS_URL'],
  'action-do-executor': ['DO_NATS_URL', 'DO_EVENT_STORE', 'DO_MASTER_KEY', 'DO_ROOT_KEY_DIGEST'],
  'action-do-projector': ['DO_NATS_URL', 'DO_EVENT_STORE', 'DO_DATABASE_URL'],
};

const { version }: { version: string } = JSON.parse(textOf('package.json'));

/** How long a container goes on after it was told to go, before it gets SIGTERM. */
function pauseMsOf(lifecycle: z.infer<typeof Container>['lifecycle']): number {
  const [node, flag, script = ''] = lifecycle?.preStop.exec.command ?? [];
  if (node === undefined) return 0;
  expect([node, flag]).toEqual(['node', '-e']);
  return Number(/^setTimeout\(\(\) => \{\}, (\d+)\)$/.exec(script)?.[1]);
}

describe('the manifests for Kubernetes', () => {
  it('are of the kinds and shapes of its API, in one namespace, each name once a kind', () => {
    expect(all.length).toBeGreaterThan(8);
    for (const { kind, metadata } of all)
      expect({ kind, namespace: metadata.namespace }).toEqual({
        kind,
        namespace: kind === 'Namespace' ? undefined : 'action-do',
      });
    expect(new Set(all.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).size).toBe(all.length);
  });

  it('run each service, and nothing that keeps data', () => {
    expect(
      only('Deployment')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(Object.keys(SERVICES).sort());
  });

  it.each(only('Deployment').map((deployment) => [deployment.metadata.name, deployment] as const))(
    'give %s the variables that its code reads, and name the Secret for those that are nobody else’s business',
    (name, { spec }) => {
      const [container] = spec.template.spec.containers;
      const secrets = container.envFrom.flatMap((from) => ('secretRef' in from ? [from.secretRef.name] : []));
      expect(secrets).toEqual([`action-do-${name}`]);
      const known = {
        ...config?.data,
        ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
      };
      const fromSecret = SECRETS[`action-do-${name}`] ?? [];
      expect(faultsOf(name, known, fromSecret)).toEqual([]);
      expect(requiredOf(name).filter((variable) => !fromSecret.includes(variable))).toEqual([]);
      expect(container.args).toEqual([`dist/${name}.js`]);
    },
  );

  it.each(only('Deployment').map((deployment) => [deployment.metadata.name, deployment] as const))(
    'look after %s: its probes go where it listens, it has time to drain, and an eviction leaves one',
    (name, { spec }) => {
      const { terminationGracePeriodSeconds, containers } = spec.template.spec;
      const [{ image, lifecycle, env, ports, readinessProbe, livenessProbe, startupProbe }] = containers;
      const listens = env.find(({ name }) => name === 'DO_HEALTH_PORT' || name === 'DO_HTTP_PORT')?.value;
      expect(ports.map(({ containerPort }) => String(containerPort))).toEqual([listens]);
      for (const { httpGet } of [readinessProbe, livenessProbe, startupProbe])
        expect(httpGet.port).toBe(ports[0]?.name);
      expect(readinessProbe.httpGet.path).toBe('/health/ready');
      expect(livenessProbe.httpGet.path).toBe('/health/live');
      expect(terminationGracePeriodSeconds * 1_000).toBeGreaterThan(
        pauseMsOf(lifecycle) + Number(config?.data['DO_DRAIN_MS']) + 10_000,
      );
      // Only it is routed to.
      expect(pauseMsOf(lifecycle)).toBe(name === 'gateway' ? 5_000 : 0);
      expect(image).toBe(`action-do:${version}`);
      const labels = spec.template.metadata.labels;
      expect(labels).toMatchObject(spec.selector.matchLabels);
      const budget = only('PodDisruptionBudget').find(({ metadata }) => metadata.name === name);
      expect(budget?.spec.selector).toEqual(spec.selector);
      expect(spec.replicas).toBeGreaterThan(budget?.spec.maxUnavailable ?? 99);
    },
  );

  it('lead the Service to the gateways', () => {
    const [service, ...others] = only('Service');
    const gateway = only('Deployment').find(({ metadata }) => metadata.name === 'gateway');
    expect(others).toEqual([]);
    expect(service?.spec.selector).toEqual(gateway?.spec.selector.matchLabels);
    expect(service?.spec.ports[0]?.targetPort).toBe(gateway?.spec.template.spec.containers[0].ports[0]?.name);
  });

  it('hold no Secret and no password', () => {
    const texts = manifests.map(({ document }) => JSON.stringify(document));
    expect(texts.filter((text) => /"kind":"Secret"|password|:\/\/[^/]*@/i.test(text))).toEqual([]);
  });
});
