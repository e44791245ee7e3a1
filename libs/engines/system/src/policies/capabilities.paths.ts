import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  PolicyService,
  StringField,
  StringListField,
  type Subject,
  TokenService,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

class PathsBody {
  @StringListField() paths?: string[];
  @StringListField() path?: string[];
}

class TokenPathsBody extends PathsBody {
  @StringField() token?: string;
}

class AccessorPathsBody extends PathsBody {
  @StringField() accessor?: string;
}

const NOBODY: Subject = { policies: [] };
const LOCAL = { localOnly: true } as const;

/** What a token may do with paths (API pages "/sys/capabilities…"). */
@EnginePart(SystemEngine)
export class CapabilitiesPaths {
  constructor(
    private readonly policies: PolicyService,
    private readonly tokens: TokenService,
  ) {}

  @OnPath('update', 'capabilities-self', { ...LOCAL, body: PathsBody, help: 'What the calling token may do.' })
  async own({ body, subject }: EngineRequest<PathsBody>): Promise<EngineResponse> {
    return this.answer(subject ?? NOBODY, body);
  }

  @OnPath('update', 'capabilities', { ...LOCAL, body: TokenPathsBody, help: 'What a token may do.' })
  async ofToken({ body, now }: EngineRequest<TokenPathsBody>): Promise<EngineResponse> {
    if (!body.token) throw badRequest('missing token');
    return this.answer(await this.tokens.subjectOfToken(body.token, now), body);
  }

  @OnPath('update', 'capabilities-accessor', {
    ...LOCAL,
    body: AccessorPathsBody,
    help: 'What the token of an accessor may do.',
  })
  async ofAccessor({ body, now }: EngineRequest<AccessorPathsBody>): Promise<EngineResponse> {
    if (!body.accessor) throw badRequest('missing accessor');
    return this.answer(await this.tokens.subjectOfAccessor(body.accessor, now), body);
  }

  @OnPath('read', 'internal/ui/resultant-acl', { ...LOCAL, help: 'All that the calling token may do.' })
  async resultant({ subject }: EngineRequest): Promise<EngineResponse> {
    return { data: { ...(await this.policies.resultant(subject ?? NOBODY)) } };
  }

  private async answer(subject: Subject, { paths = [], path = [] }: PathsBody): Promise<EngineResponse> {
    const asked = paths.length > 0 ? paths : path;
    if (asked.length === 0) throw badRequest('paths must be supplied');
    const found = await Promise.all(
      asked.map(async (one) => [one, await this.policies.capabilities(subject, one)] as const),
    );
    const [first] = found;
    const data = Object.fromEntries(found);
    return { data: found.length === 1 ? { ...data, capabilities: first?.[1] } : data, dataAtTopLevel: true };
  }
}
