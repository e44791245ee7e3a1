import { ApiError, messageOf } from '../../api/errors';
import type { ApiRequest } from '../../api/request';
import { send } from '../../api/send';
import { capabilitiesRequest, lookupRequest, type PolicyAnswer, textIn, type Whose } from './calls';
import { readRequest } from './kinds';
import { readPolicy } from './read-policy';
import type { PolicyText } from './policy-rule';

/** Something that was asked for: what it is, or why it is not known. */
type Told<Value> =
  { readonly value: Value; readonly why?: undefined } | { readonly value?: undefined; readonly why: string };

interface PolicyRead {
  readonly name: string;
  readonly text: Told<PolicyText>;
}

export interface TestResult {
  readonly path: string;
  /** Absent: it was not asked, as there is no token. */
  readonly server?: Told<readonly string[]>;
  readonly policies: Told<readonly PolicyRead[]>;
}

type Asking = <Answer>(request: ApiRequest) => Promise<Answer>;

/** Asks the server what may be done, and for the texts of the policies from which it follows. */
export async function test(token: string, whose: Whose, path: string): Promise<TestResult> {
  const asking: Asking = (request) => send(request, { token });
  const request = capabilitiesRequest(whose, path);
  const [server, policies] = await Promise.all([
    request && told(async () => capabilitiesIn(await asking(request), path)),
    told(async () => policiesOf(whose, asking)),
  ]);
  return { path, policies, ...(server && { server }) };
}

async function told<Value>(asked: () => Promise<Value>): Promise<Told<Value>> {
  try {
    return { value: await asked() };
  } catch (error) {
    return { why: messageOf(error) };
  }
}

function capabilitiesIn(answer: Readonly<Record<string, unknown>>, path: string): readonly string[] {
  const found = answer[path] ?? answer['capabilities'];
  if (!Array.isArray(found)) throw new Error('The server’s answer names no capabilities.');
  return found.map(String).sort();
}

async function policiesOf(whose: Whose, asking: Asking): Promise<readonly PolicyRead[]> {
  const names = whose.by === 'policies' ? whose.policies : await namesOf(whose, asking);
  return Promise.all(
    names.map(async (name) => ({ name, text: await told(async () => readPolicy(await textOf(name, asking))) })),
  );
}

async function namesOf(whose: Whose, asking: Asking): Promise<readonly string[]> {
  const { data } = await asking<{ data?: { policies?: unknown; identity_policies?: unknown } }>(
    lookupRequest(whose) as ApiRequest,
  );
  const names = [data?.policies, data?.identity_policies].flatMap((list) => (Array.isArray(list) ? list : []));
  return [...new Set(names.map(String))];
}

/** A policy that is not there grants nothing, as one without a rule. */
async function textOf(name: string, asking: Asking): Promise<string> {
  try {
    return textIn(await asking<PolicyAnswer>(readRequest('acl', name)));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return '';
    throw error;
  }
}
