import { Trash2 } from 'lucide-react';

import type { Content, InboundContent } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { WhatsappText } from '@/ui/whatsapp-text';

import { Answers, Buttons, Framed, LocationView, MediaView, Raw, sourceOf, Tapped } from './content-parts';
import { CardsView, CatalogueView, ContactsView, FormMessageView, LinkView, ListView, ProductsView, RequestView, TemplateView } from './content-rich';
import { cardsOf, orderOf } from './structured';

/** What we said (or would say). */
export function ContentView({ content }: { content: Content }) {
  switch (content.type) {
    case 'text':
      return <WhatsappText text={content.body} />;
    case 'buttons':
      return (
        <Framed header={content.media ? <MediaView kind={content.media.kind} source={sourceOf(content.media.source)} filename={content.media.filename} /> : content.header} body={content.body} footer={content.footer}>
          <Buttons buttons={content.buttons} />
        </Framed>
      );
    case 'list':
      return <ListView content={content} />;
    case 'media':
      return <MediaView kind={content.kind} source={sourceOf(content.source)} caption={content.caption} filename={content.filename} />;
    case 'location':
      return <LocationView place={content} />;
    case 'template':
      return <TemplateView content={content} />;
    case 'reaction':
      return <span>{content.emoji ? t('content.reacted', { emoji: content.emoji }) : t('content.reaction_removed')}</span>;
    case 'contacts':
      return <ContactsView people={content.people} />;
    case 'link':
      return <LinkView content={content} />;
    case 'products':
      return <ProductsView content={content} />;
    case 'catalogue':
      return <CatalogueView content={content} />;
    case 'form':
      return <FormMessageView content={content} />;
    case 'request':
      return <RequestView content={content} />;
    case 'cards':
      return <CardsView content={content} />;
    default:
      return <Raw title={t('content.unknown')} data={content} />;
  }
}

/** What the person said. */
export function ReceivedView({ received }: { received: InboundContent }) {
  switch (received.type) {
    case 'text':
      return <WhatsappText text={received.body} />;
    case 'button_reply':
    case 'list_reply':
      return <Tapped title={received.title} />;
    case 'media':
      return <MediaView kind={received.kind} source={received.stored ? { src: `/v1/media/${received.stored}`, ours: true } : null} caption={received.caption} filename={received.filename} />;
    case 'location':
      return <LocationView place={received} />;
    case 'reaction':
      return <span>{received.emoji ? t('content.reacted', { emoji: received.emoji }) : t('content.reaction_removed')}</span>;
    case 'edit':
      return (
        <span>
          <span className="text-xs text-ink-3">{t('content.edited')} </span>
          {received.body && <WhatsappText text={received.body} />}
        </span>
      );
    case 'revoke':
      return <Deleted />;
    case 'form':
      return <Answers title={received.name} data={received.data} />;
    case 'structured':
      return <StructuredView kind={received.kind} data={received.data} />;
    case 'system':
      return <Answers title={received.kind} data={received.data} />;
    case 'unsupported':
      return <Raw title={t('content.unsupported', { kind: received.kind })} data={received.raw} />;
    default:
      return <Raw title={t('content.unknown')} data={received} />;
  }
}

/** In place of words that their writer took back. */
export function Deleted() {
  return (
    <span className="flex items-center gap-1.5 text-ink-2 italic">
      <Trash2 aria-hidden className="size-3.5" /> {t('content.revoked')}
    </span>
  );
}

function StructuredView({ kind, data }: { kind: string; data: unknown }) {
  const people = kind === 'contacts' ? cardsOf(data) : [];
  if (people.length > 0) return <ContactsView people={people} />;
  const order = kind === 'order' ? orderOf(data) : null;
  if (!order) return <Answers title={kind} data={data} />;
  return (
    <div>
      <p className="font-medium">{t('content.order')}</p>
      <ul className="my-1 flex flex-col gap-0.5 text-sm">
        {order.items.map((item) => (
          <li key={item.product} className="tnum break-words">
            {item.quantity} × {item.product}
            {item.price && <span className="opacity-75"> · {item.price}</span>}
          </li>
        ))}
      </ul>
      {order.text && <WhatsappText text={order.text} />}
    </div>
  );
}
