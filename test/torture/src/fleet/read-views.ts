import { ExecutionsQuery, LIST_LIMIT_MAX, TenantName } from '@action-do/contracts';
import { openViewsReader } from '@action-do/views';
import type { Views } from '../history/history.js';

const TENANT = TenantName.parse('default');

/** All rows of executions, of views that nobody writes to any more. */
export async function readViews(url: string): Promise<Views> {
  const reader = await openViewsReader({ url });
  try {
    const rows: Views['rows'][number][] = [];
    let cursor: string | null = null;
    do {
      const query = ExecutionsQuery.parse({ limit: LIST_LIMIT_MAX, ...(cursor !== null && { cursor }) });
      const page = await reader.executions(TENANT, query);
      for (const { executionId, status, attempts, effect } of page.rows)
        rows.push({ executionId, status, attempts, effect });
      cursor = page.nextCursor;
    } while (cursor !== null);
    return { rows, position: (await reader.checkpoint())?.position ?? 0n };
  } finally {
    await reader.close();
  }
}
