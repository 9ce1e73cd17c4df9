import { refText } from '@action-do/contracts';
import type { ActionDefinition } from '@do-sdk/actions';
import { sampleParams } from './sample-params.js';

export type LoadedAction = Pick<ActionDefinition, 'name' | 'version' | 'description' | 'paramsJsonSchema'>;

export interface ReadyPlatform {
  readonly url: string;
  readonly dataDir: string;
  readonly apiKeyFile: string;
  /** Where others read the log with EventStoreDB's own clients; absent where it is not served. */
  readonly eventLogUrl?: string | null;
  /** Only at the first start, when it was made. */
  readonly firstKey: string | null;
  readonly actions: readonly LoadedAction[];
  /** Modules of actions that cannot be used as they are, and why; their actions are not there. */
  readonly troubles?: readonly { readonly module: string; readonly why: string }[];
  /** Executions that an earlier run left open and that are being taken to their end. */
  readonly recovered: number;
}

/** What a person needs to go on: where it is, the key, what can be called, and a command to try. */
export function readyMessage({
  url,
  actions,
  firstKey,
  apiKeyFile,
  recovered,
  dataDir,
  eventLogUrl = null,
  troubles = [],
}: ReadyPlatform): string {
  const [first] = actions;
  const lines = [`action.do ready at ${url}`, `  data      ${dataDir}`];
  lines.push(
    firstKey
      ? `  API key   ${firstKey}  (shown once; also in ${apiKeyFile})`
      : `  API key   in ${apiKeyFile}`,
  );
  if (eventLogUrl !== null) lines.push(`  event log read-only at ${eventLogUrl}`);
  for (const action of actions) lines.push(`  action    ${refText(action)}  ${action.description}`);
  for (const { module, why } of troubles)
    lines.push(`  LEFT OUT  ${module}: ${why}`, '            it is taken up as soon as it is mended');
  if (actions.length === 0) lines.push('  actions   none: DO_ACTIONS=./my-actions.ts npm start');
  if (recovered > 0) lines.push(`  recovery  ${recovered} executions left open by an earlier run go on`);
  if (first) {
    lines.push(
      '  try       curl -s \\',
      `              -H "Authorization: Bearer $(cat "${apiKeyFile}")" -H 'Content-Type: application/json' \\`,
      `              -d '${quoted(JSON.stringify({ params: sampleParams(first.paramsJsonSchema) }))}' ${url}/v1/actions/${first.name}/executions`,
    );
  }
  return lines.join('\n');
}

/** Inside single quotes of a shell. */
const quoted = (text: string): string => text.replaceAll("'", `'\\''`);
