import { useState } from 'react';
import { messageOf } from '../../api/errors';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { CopyButton } from '../../ui/CopyButton';
import { SecretField, TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { decodeToken } from './otp';

/** For whoever has the one-time password: it may be somebody else than gave the last key. */
export function DecodeCard(given: { readonly encoded: string; readonly otp: string }) {
  const [encoded, setEncoded] = useState(given.encoded);
  const [otp, setOtp] = useState(given.otp);
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState<string>();
  const decode = (): void => {
    setToken('');
    setWrong(undefined);
    try {
      setToken(decodeToken(encoded, otp));
    } catch (error) {
      setWrong(messageOf(error));
    }
  };
  return (
    <Card title="Decode a token">
      <p>In this browser: neither the token nor the password is sent anywhere.</p>
      <Form onSend={decode}>
        <TextField
          label="Encoded token"
          required
          value={encoded}
          onText={setEncoded}
          autoComplete="off"
          spellCheck={false}
        />
        <SecretField label="One-time password (OTP)" required value={otp} onText={setOtp} autoComplete="off" />
        {wrong !== undefined && <Alert kind="bad">{wrong}</Alert>}
        <div>
          <Button type="submit">Decode</Button>
        </div>
      </Form>
      {token !== '' && (
        <>
          <Alert kind="warn" title="This token may do everything.">
            Sign in with it, do what has to be done, and revoke it.
          </Alert>
          <SecretField label="Root token" readOnly value={token} />
          <div>
            <CopyButton text={token} of="the root token" />
          </div>
        </>
      )}
    </Card>
  );
}
