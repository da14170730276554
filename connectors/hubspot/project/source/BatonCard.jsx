// Baton on a record: a few lines, and the history in a window. HubSpot signs what the card asks.
import React, { useEffect, useState } from "react";
import {
  Alert, Button, DescriptionList, DescriptionListItem, Flex, LoadingSpinner, Text, hubspot,
} from "@hubspot/ui-extensions";

const ADDRESS = "@CARD@";
const WORDS = {
  en: { failed: "Baton can't be reached.", open: "Show the history", loading: "Loading" },
  ja: { failed: "Batonに接続できません。", open: "履歴を表示", loading: "読み込み中" },
};

hubspot.extend(({ context, actions }) => (
  <Card context={context} openIframeModal={actions.openIframeModal} />
));

const Card = ({ context, openIframeModal }) => {
  const [card, setCard] = useState(null);
  const [failed, setFailed] = useState(false);
  const locale = context.user?.locale ?? "en";
  const words = locale.startsWith("ja") ? WORDS.ja : WORDS.en;

  const ask = async () => {
    const asked = new URLSearchParams({
      objectId: String(context.crm.objectId),
      objectTypeId: context.crm.objectTypeId,
      locale,
      timezone: context.portal?.timezone ?? "",
    });
    const answer = await hubspot.fetch(`${ADDRESS}?${asked}`, { method: "GET" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const attempt = (then) => ask().then(then, () => setFailed(true));
  useEffect(() => {
    attempt(setCard);
  }, [context.crm.objectId]);
  // Asked anew: the address that opens the history is good for an hour.
  const open = () => attempt(({ primaryAction: { uri, width, height } }) => {
    openIframeModal({ uri, width, height, title: "Baton" });
  });

  if (failed) return <Alert title="Baton" variant="warning">{words.failed}</Alert>;
  if (card === null) return <LoadingSpinner label={words.loading} />;
  const [record] = card.results;
  return (
    <Flex direction="column" gap="small">
      <Text format={{ fontWeight: "bold" }}>{record.title}</Text>
      <DescriptionList direction="row">
        {record.properties.map(({ label, value }) => (
          <DescriptionListItem key={label} label={label}>
            <Text>{value}</Text>
          </DescriptionListItem>
        ))}
      </DescriptionList>
      <Button onClick={open}>{words.open}</Button>
    </Flex>
  );
};
