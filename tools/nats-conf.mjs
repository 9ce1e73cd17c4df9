/**
 * Writes the configuration of nats-server: who may say what, for the tenants named.
 * `npm run build && node tools/nats-conf.mjs default acme > infra/nats.conf`; `--standalone` adds a user for a platform
 * in one process. The lists are those of `libs/contracts/src/bus-rights.ts`; secrets are named and never written.
 */
const built = (lib) => import(new URL(`../libs/${lib}/dist/index.js`, import.meta.url).href);
const { busRights, TenantName } = await built('contracts');
const { NATS_STREAM_LIST } = await built('messaging');

const words = process.argv.slice(2);
const tenants = words.filter((word) => word !== '--standalone').map((word) => TenantName.parse(word));
if (tenants.length === 0) {
  console.error('Which tenants? node tools/nats-conf.mjs default');
  process.exit(2);
}

/** What a monitor may ask the server, and nothing that changes it. */
const MONITOR_PUBLISH = ['VARZ', 'CONNZ', 'SUBSZ', 'JSZ', 'HEALTHZ', 'STATSZ'].map(
  (what) => `$SYS.REQ.SERVER.*.${what}`,
);
const MONITOR_SUBSCRIBE = ['$SYS.SERVER.>', '$SYS.ACCOUNT.*.CONNECT', '$SYS.ACCOUNT.*.DISCONNECT'];

const variableOf = (role) => `DO_NATS_${role.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
const list = (name, subjects) =>
  `          ${name}: [\n${subjects.map((subject) => `            "${subject}"`).join('\n')}\n          ]`;

const userOf = ({ role, publish, subscribe, answers }) => `      {
        user: "${role}", password: $${variableOf(role)}
        permissions {
${list('publish', publish)}
${list('subscribe', subscribe)}${answers ? '\n          allow_responses: { max: 1, expires: "10m" }' : ''}
        }
      }`;

const platform = [
  busRights.gateway,
  busRights.executor,
  busRights.projector,
  ...(words.includes('--standalone') ? [busRights.standalone] : []),
  ...tenants.map(busRights.worker),
].map((rights) => ({ ...rights, publish: [...rights.publish, NATS_STREAM_LIST] }));
const clients = tenants.map(busRights.client);
const monitor = {
  role: 'monitor',
  publish: MONITOR_PUBLISH,
  subscribe: [...MONITOR_SUBSCRIBE, '_INBOX.monitor.>'],
  answers: false,
};

console.log(`# The bus of action.do: who may say what on it. Made by tools/nats-conf.mjs for the tenants: ${tenants.join(', ')}.
# A test holds it against the code, and each user against a real server (test/infra). Another tenant: make it anew.
#
# Passwords come from the environment, and the server does not start where one is missing. Begin each with a letter:
# the server reads a value that begins with a digit as a number, if it can. A bcrypt hash ($2a$…) may stand for a
# password here; the services need the password itself.
#
# Only allow-lists. A user without permissions of its own may do nothing. Inboxes are apart: a client sets its inbox
# prefix to _INBOX.client-<tenant> (every NATS client has that option). Answers go where the question came from, once,
# within ten minutes; a worker that takes longer is asked for its outcome. For the server that may be any subject, so
# it is the services that answer below _INBOX. only: whatever else you give allow_responses to has to do the same.
#
# In the clear: put it on a private network, or add a tls { cert_file: …, key_file: … } block and use tls:// urls.

max_payload: 1MB
max_connections: 10000

# For the event relay, which is not there yet. Of $JS.> the services may say $JS.API.STREAM.LIST, for they refuse to start
# beside a stream that covers a request, and nothing else; clients may say none of it.
jetstream { store_dir: $DO_NATS_STORE_DIR }

system_account: SYS
accounts {
  SYS {
    users: [
${userOf(monitor)}
    ]
  }
  DO {
    jetstream: enabled
    default_permissions { publish: ["nobody.may"], subscribe: ["nobody.may"] }
    users: [
${[...platform, ...clients].map(userOf).join('\n')}
    ]
  }
}`);
