import { z } from 'zod';
import { ExecutionStatus } from '../execution/execution.js';

export const LIST_LIMIT_DEFAULT = 50;
export const LIST_LIMIT_MAX = 500;

const VALUES_MAX = 50;
const TEXT_MAX = 255;

const valuesOf = (value: z.ZodString) => z.array(value).min(1).max(VALUES_MAX);

/** Several values of one name mean OR; a value with a leading `-` is excluded. */
const Values = valuesOf(z.string().min(1).max(TEXT_MAX));

const Versions = valuesOf(z.string().regex(/^-?[1-9]\d{0,8}$/, 'a whole number from 1'));

/** A status misspelt would find nothing, and look like an answer. */
const Statuses = valuesOf(
  z
    .string()
    .regex(
      new RegExp(`^-?(${ExecutionStatus.options.join('|')})$`),
      `one of ${ExecutionStatus.options.join(', ')}`,
    ),
);

/** ISO 8601 with a zone. `since` is inclusive, `until` is not. */
const Time = z.iso.datetime({ offset: true, error: 'a time with its zone, such as 2026-01-31T12:00:00Z' });

/** A path into params such as `customer.id` or `items[0].sku`; the value is compared as text. */
const ParamPath = z.string().regex(/^[^\s]{1,200}$/);

const filters = {
  action: Values.optional(),
  version: Versions.optional(),
  status: Statuses.optional(),
  actor: Values.optional(),
  errorCode: Values.optional(),
  correlationId: Values.optional(),
  workflowRun: Values.optional(),
  since: Time.optional(),
  until: Time.optional(),
  params: z
    .record(ParamPath, Values)
    .refine((paths) => Object.keys(paths).length <= 5, 'at most 5 paths')
    .optional(),
  limit: z.int().min(1).max(LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT),
  /** `nextCursor` of the page before, with the same filters. */
  cursor: z.string().max(TEXT_MAX).optional(),
};

/** What `GET /v1/executions` and `do.v1.qry.<tenant>.execution.list` take, in one form. */
export const ExecutionsQuery = z.strictObject({
  ...filters,
  key: z.string().min(1).max(TEXT_MAX).optional(),
});
export type ExecutionsQuery = z.infer<typeof ExecutionsQuery>;

/** What `GET /v1/audit/events` and `do.v1.qry.<tenant>.audit.list` take. */
export const AuditQuery = z.strictObject({
  ...filters,
  key: z.string().min(1).max(TEXT_MAX).optional(),
  type: Values.optional(),
  execution: Values.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** Values of one name taken apart. */
export interface Choice {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export function readChoice(values: readonly string[] | undefined): Choice {
  const given = values ?? [];
  return {
    include: given.filter((value) => !value.startsWith('-')),
    exclude: given.filter((value) => value.startsWith('-')).map((value) => value.slice(1)),
  };
}

/** What every list says of the views that it was read from. */
const viewState = {
  nextCursor: z.string().nullable(),
  /** `<log id>-<n>` that the views had reached. */
  position: z.string(),
  /** Events of the log that the views had not seen yet; as text, for it may be large. */
  lagEvents: z.string(),
  /** True where a filter that no index serves ran out of time: there may be more behind `nextCursor`. */
  incomplete: z.boolean().optional(),
};

/** The state of one key, as the views know it. The log decides; this is for people. */
export const IdempotencyState = z.object({
  action: z.string(),
  key: z.string(),
  keyDerived: z.boolean(),
  executionId: z.string(),
  generation: z.int(),
  status: ExecutionStatus,
  windowEndsAt: z.string().nullable(),
});
export type IdempotencyState = z.infer<typeof IdempotencyState>;

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), ...viewState, idempotency: z.array(IdempotencyState).optional() });
