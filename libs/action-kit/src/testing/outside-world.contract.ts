import { z } from 'zod';
import type { ActionContext } from '../action-context.js';
import type { ProbeAnswer } from '../action-definition.js';
import { defineAction } from '../define-action.js';
import type { Effects, PolicyOptions } from '../policy.js';
import { type CrashLabOptions, type CrashLife, type CrashReport, crashLab, crashPoint } from './crash-lab.js';

type Run = (ctx: ActionContext) => Promise<string>;
type Probe = (ctx: ActionContext) => Promise<ProbeAnswer<string>>;

/** An outside world in memory: invoices, of which each is an effect. */
export class OutsideWorld {
  readonly invoices: string[] = [];

  /** Takes its time, as a service does. */
  async write(key: string): Promise<string> {
    await crashPoint('the invoice is asked for');
    this.invoices.push(key);
    await crashPoint('the invoice is written');
    return `invoice ${this.invoices.length}`;
  }

  /** A downstream that keeps keys: looks and writes at once, so that it writes one a key. */
  async writeOnce(key: string): Promise<string> {
    await crashPoint('the invoice is asked for');
    if (!this.invoices.includes(key)) this.invoices.push(key);
    await crashPoint('the invoice is written');
    return `invoice of ${key}`;
  }

  has(key: string): boolean {
    return this.invoices.includes(key);
  }

  lab(
    effects: Effects,
    run: Run,
    more: Partial<PolicyOptions> & { probe?: Probe } = {},
    options: Partial<CrashLabOptions<{ customerId: string }>> = {},
  ): Promise<CrashReport> {
    const { probe, ...policy } = more;
    const action = defineAction({
      name: 'send-invoice',
      params: z.object({ customerId: z.string() }),
      result: z.string(),
      effects,
      run: (_, ctx) => run(ctx),
      ...policy,
      ...(probe && { probe: (_: unknown, ctx: ActionContext) => probe(ctx) }),
    });
    const countEffects = (): number => this.invoices.length;
    return crashLab(action, { params: { customerId: 'c1' }, countEffects, ...options });
  }
}

/** The life in which this alone goes wrong. */
export function lifeWith(report: CrashReport, fault: string): CrashLife {
  const found = report.lives.filter(({ faults }) => faults.length === 1 && faults[0]?.includes(fault));
  const [life] = found;
  if (life === undefined || found.length > 1) throw new Error(`${found.length} lives with ${fault}`);
  return life;
}
