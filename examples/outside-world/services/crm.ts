import { z } from 'zod';
import { type Did, type Endpoint, Refusal, taking } from '../endpoint.js';

const Fields = z.record(z.string().max(64), z.string().max(1_000));
const Change = z.strictObject({ revision: z.int().min(0), fields: Fields });
const Assignment = z.strictObject({ rep: z.string().max(64), reference: z.string().max(200) });

/** Customer records, the newest revision of each; and leads, of which each is assigned once. It heeds no keys. */
export const crm = (did: Did): Endpoint[] => [...records(did), ...leads(did)];

function records(did: Did): Endpoint[] {
  const records = new Map<string, { revision: number; fields: string }>();
  return [
    taking(Change, {
      name: 'crm.put-record',
      method: 'PUT',
      path: '/crm/records/{userId}',
      answer: ({ path, body }) => {
        const { userId = '' } = path;
        const { revision } = body;
        const known = records.get(userId);
        const fields = JSON.stringify(Object.entries(body.fields).sort());
        if (known !== undefined && known.revision > revision)
          throw new Refusal(409, 'RECORD_NEWER', `the record is at revision ${known.revision}`);
        if (known?.revision === revision && known.fields !== fields)
          throw new Refusal(409, 'REVISION_REUSED', `revision ${revision} of the record says something else`);
        if (known?.revision !== revision) {
          did('crm.put-record', { userId, revision });
          records.set(userId, { revision, fields });
        }
        return { status: 200, body: { userId, revision } };
      },
    }),
  ];
}

function leads(did: Did): Endpoint[] {
  const owners = new Map<string, { assignmentId: string; rep: string; reference: string }>();
  let assignments = 0;
  return [
    taking(Assignment, {
      name: 'crm.assign-lead',
      method: 'PUT',
      path: '/crm/leads/{leadId}/owner',
      answer: ({ path, header, body: { rep, reference } }) => {
        const { leadId = '' } = path;
        if (header('if-none-match') === '*' && owners.has(leadId))
          throw new Refusal(412, 'LEAD_ASSIGNED', 'the lead has an owner');
        did('crm.assign-lead', { leadId, rep, reference });
        const owner = { assignmentId: `asg_${++assignments}`, rep, reference };
        owners.set(leadId, owner);
        return { status: 201, body: owner };
      },
    }),
    {
      name: 'crm.lead-owner',
      method: 'GET',
      path: '/crm/leads/{leadId}/owner',
      answer: ({ path }) => {
        const owner = owners.get(path['leadId'] ?? '');
        if (owner === undefined) throw new Refusal(404, 'LEAD_UNASSIGNED', 'the lead has no owner');
        return { status: 200, body: owner };
      },
    },
    {
      name: 'crm.release-lead',
      method: 'DELETE',
      path: '/crm/leads/{leadId}/owner',
      answer: ({ path, query }) => {
        const { leadId = '' } = path;
        const released = owners.get(leadId)?.assignmentId === query.get('assignmentId');
        if (released) did('crm.release-lead', { leadId });
        if (released) owners.delete(leadId);
        return { status: 200, body: { released } };
      },
    },
  ];
}
