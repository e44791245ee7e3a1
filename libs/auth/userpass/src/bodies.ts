import { StringField, StringListField, TokenParametersBody } from '@tidelock/engine-api';

export class UserBody extends TokenParametersBody {
  @StringField({ description: 'The password; required for a new user.' })
  password?: string;
}

export class PasswordBody {
  @StringField({ required: 'missing password', description: 'The password.' })
  password!: string;
}

export class PoliciesBody {
  @StringListField({ aliases: ['policies'], description: "Policies of the user's tokens." })
  token_policies?: string[];
}
