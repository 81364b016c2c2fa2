import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

import { api } from '@/lib/api/client';
import type { Session } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { Button } from '@/ui/button';
import { Field, Input } from '@/ui/field';
import { Logo } from '@/ui/logo';
import { ProblemBox } from '@/ui/states';

type Credentials = { email: string; password: string } | { token: string };

/** Only ways inside this console: an address of another site is never followed. */
export function insidePath(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/inbox';
}

export function SignInPage() {
  const { token, next } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const redeemed = useRef(false);

  const signIn = useMutation({
    mutationFn: (credentials: Credentials) => api.post<Session>('/v1/session', credentials),
    onSuccess: async (session) => {
      client.clear();
      client.setQueryData(keys.session(), session);
      await navigate({ href: insidePath(next), replace: true });
    },
  });
  const { mutate } = signIn;

  useEffect(() => {
    // A link works once; without the mark, React's double run in development would spend it twice.
    if (token && !redeemed.current) {
      redeemed.current = true;
      mutate({ token });
    }
  }, [token, mutate]);

  const redeeming = Boolean(token) && !signIn.isError;

  return (
    <main className="grid min-h-dvh lg:grid-cols-[minmax(26rem,1fr)_1.25fr]">
      <div className="flex flex-col justify-center px-6 py-12 sm:px-16">
        <div className="mx-auto w-full max-w-sm">
          <Logo size={40} />
          <h1 className="mt-6 text-[1.6rem] leading-tight font-semibold tracking-tight">{t('signin.title')}</h1>
          <p className="mt-1.5 text-ink-2">{redeeming ? t('signin.redeeming') : t('signin.lead')}</p>
          {signIn.isError && <ProblemBox error={signIn.error} className="mt-5" />}
          {!redeeming && (
            <form
              className="mt-7 flex flex-col gap-4"
              onSubmit={(event) => {
                event.preventDefault();
                mutate({ email, password });
              }}
            >
              <Field label={t('signin.email')}>
                {(props) => <Input {...props} type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} className="h-10!" />}
              </Field>
              <Field label={t('signin.password')}>
                {(props) => (
                  <Input {...props} type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} className="h-10!" />
                )}
              </Field>
              <Button type="submit" tone="primary" busy={signIn.isPending} className="mt-1 h-10!">
                {signIn.isPending ? t('signin.busy') : t('signin.submit')}
              </Button>
            </form>
          )}
        </div>
      </div>
      <aside aria-hidden className="relative hidden overflow-hidden bg-[#0d3f4a] lg:block">
        <Chorus />
      </aside>
    </main>
  );
}

/** A call, an answer, a call: the product in one picture. */
function Chorus() {
  const lines: [string, string, number][] = [
    ['call', t('signin.sample.call1'), 0],
    ['answer', t('signin.sample.answer1'), 1],
    ['call', t('signin.sample.call2'), 2],
    ['answer', t('signin.sample.answer2'), 3],
    ['call', t('signin.sample.call3'), 4],
  ];
  return (
    <div className="absolute inset-0 flex flex-col justify-center gap-4 px-[12%]">
      {lines.map(([side, text, index]) => (
        <p
          key={index}
          style={{ animationDelay: `${index * 130}ms`, animationFillMode: 'backwards' }}
          className={
            side === 'call'
              ? 'rise max-w-[26rem] self-start rounded-2xl rounded-bl-md bg-white/12 px-4 py-3 text-[15px] text-white'
              : 'rise max-w-[20rem] self-end rounded-2xl rounded-br-md bg-[#f2a469] px-4 py-3 text-[15px] text-[#33180a]'
          }
        >
          {text}
        </p>
      ))}
    </div>
  );
}
