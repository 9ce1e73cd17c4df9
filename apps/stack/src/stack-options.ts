import type { TenantName } from '@action-do/contracts';
import type { ProcessPlan } from '@action-do/local-servers';

export interface StackOptions {
  /** Absolute. Of the log, the keys, and PostgreSQL's files. */
  readonly dataDir: string;
  readonly tenant: TenantName;
  readonly httpHost: string;
  /** Of the first gateway; 0 = any free port. The others take any. */
  readonly httpPort: number;
  /** Of gateways, executors and projectors, each. */
  readonly size: number;
  readonly masterKey?: string | undefined;
  /** Servers that run already. What is not named is started. */
  readonly natsUrl?: string | undefined;
  readonly eventStore?: string | undefined;
  readonly databaseUrl?: string | undefined;
  /** For the services: what stands here is not said otherwise below. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: NonNullable<ProcessPlan['log']>;
  readonly onWarning: (message: string) => void;
  /** The folder of the bundled services. */
  readonly programs: URL;
  /** Calls the start off. */
  readonly signal?: AbortSignal | undefined;
  /** Flags of Node itself for the processes of an app, such as `--cpu-prof`. */
  readonly nodeArgs?: ((app: string) => readonly string[]) | undefined;
}
