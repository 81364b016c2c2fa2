import { ClipboardList, Contact, ExternalLink, List, ListChecks, MapPin, Phone, ShoppingBag } from 'lucide-react';

import type { Content } from '@/lib/api/types';
import { t, tn } from '@/lib/i18n';

import { Buttons, Framed, LocationView, MediaView, sourceOf } from './content-parts';

type Of<T extends Content['type']> = Extract<Content, { type: T }>;

const action = 'mt-2 flex w-fit max-w-full items-center gap-1.5 rounded-md border border-current/25 px-2.5 py-0.5 text-sm [&_svg]:size-3.5 [&_svg]:shrink-0';

export function ListView({ content }: { content: Of<'list'> }) {
  return (
    <Framed header={content.header} body={content.body} footer={content.footer}>
      <details className="mt-2 text-sm">
        <summary className="flex items-center gap-1.5 rounded-md border border-current/25 px-2.5 py-1">
          <List aria-hidden className="size-3.5" /> {content.button}
        </summary>
        {content.sections.map((section, index) => (
          <div key={index} className="mt-1.5 pl-1">
            {section.title && <p className="text-xs font-medium opacity-80">{section.title}</p>}
            <ul className="flex flex-col gap-1">
              {section.rows.map((row) => (
                <li key={row.id}>
                  {row.title}
                  {row.description && <span className="opacity-75"> · {row.description}</span>}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </details>
    </Framed>
  );
}

export function LinkView({ content }: { content: Of<'link'> }) {
  return (
    <Framed header={content.media ? <MediaView kind={content.media.kind} source={sourceOf(content.media.source)} filename={content.media.filename} /> : content.header} body={content.body} footer={content.footer}>
      <a href={content.url} target="_blank" rel="noreferrer" title={content.url} className={action}>
        <ExternalLink aria-hidden /> {content.label}
      </a>
    </Framed>
  );
}

/** A template as it was filled: its media and its cards stand beside the words of its preview. */
export function TemplateView({ content }: { content: Of<'template'> }) {
  const { preview, parts } = content;
  const codes = (content.buttons ?? []).flatMap((button) => (button.kind === 'copy_code' ? [button.code] : []));
  return (
    <Framed
      header={
        parts?.media ? (
          <MediaView kind={parts.media.kind} source={sourceOf(parts.media.source)} filename={parts.media.filename} />
        ) : parts?.location ? (
          <LocationView place={parts.location} />
        ) : (
          preview.header
        )
      }
      body={preview.body}
      footer={preview.footer}
    >
      <Buttons buttons={preview.buttons ?? []} />
      {codes.map((code) => (
        <p key={code} className="tnum mt-1 text-xs opacity-80">
          {t('content.code', { code })}
        </p>
      ))}
      {parts?.cards && parts.cards.length > 0 && <p className="mt-1.5 text-xs opacity-80">{tn('content.cards', parts.cards.length)}</p>}
    </Framed>
  );
}

export function CardsView({ content }: { content: Of<'cards'> }) {
  return (
    <Framed body={content.body}>
      <ul className="mt-1.5 flex max-w-full gap-2 overflow-x-auto pb-1" tabIndex={0} aria-label={tn('content.cards', content.cards.length)}>
        {content.cards.map((card, index) => (
          <li key={index} className="w-52 shrink-0 rounded-lg border border-current/20 p-2">
            {card.media && <MediaView kind={card.media.kind} source={sourceOf(card.media.source)} filename={card.media.filename} />}
            <Framed header={card.title} body={card.body}>
              <Buttons buttons={card.buttons ?? []} />
            </Framed>
          </li>
        ))}
      </ul>
    </Framed>
  );
}

export function ProductsView({ content }: { content: Of<'products'> }) {
  return (
    <Framed header={content.header} body={content.body} footer={content.footer}>
      <div className="mt-1.5 flex flex-col gap-1 text-sm">
        {content.sections.map((section, index) => (
          <div key={index}>
            {section.title && <p className="text-xs font-medium opacity-80">{section.title}</p>}
            <ul>
              {section.products.map((product) => (
                <li key={product} className="flex items-center gap-1.5">
                  <ShoppingBag aria-hidden className="size-3.5 shrink-0" /> <span className="min-w-0 break-words">{product}</span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Framed>
  );
}

export function CatalogueView({ content }: { content: Of<'catalogue'> }) {
  return (
    <Framed body={content.body} footer={content.footer}>
      <p className={action}>
        <ShoppingBag aria-hidden /> {t('content.catalogue')}
      </p>
    </Framed>
  );
}

export function FormMessageView({ content }: { content: Of<'form'> }) {
  return (
    <Framed header={content.header} body={content.body} footer={content.footer}>
      <p className={action} title={content.form}>
        <ClipboardList aria-hidden /> {content.label}
      </p>
    </Framed>
  );
}

const wanted = { location: MapPin, phone_number: Phone, call_permission: Phone, address: ListChecks };

export function RequestView({ content }: { content: Of<'request'> }) {
  const Icon = wanted[content.wanted.kind];
  return (
    <Framed body={content.body}>
      <p className={action}>
        <Icon aria-hidden /> {t(`content.asks.${content.wanted.kind}`)}
      </p>
    </Framed>
  );
}

export function ContactsView({ people }: { people: Of<'contacts'>['people'] }) {
  return (
    <ul className="flex flex-col gap-2">
      {people.map((person, index) => (
        <li key={`${index}${person.name}`} className="flex items-start gap-2">
          <Contact aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0 break-words">
            <span className="block font-medium">{person.name}</span>
            {(person.organisation || person.title) && <span className="block text-xs opacity-80">{[person.title, person.organisation].filter(Boolean).join(', ')}</span>}
            {[...(person.phones ?? []), ...(person.emails ?? []), ...(person.links ?? [])].map((line) => (
              <span key={line} className="tnum block text-sm">
                {line}
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
