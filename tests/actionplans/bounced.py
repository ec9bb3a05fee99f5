"""Mail as servers send it back, about the message to an `address` with a `message_id`; and answers, which are none."""

POSTFIX = """\
Return-Path: <>
Date: Mon, 6 Jul 2015 08:00:12 +0100 (BST)
From: MAILER-DAEMON@mx.desk.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@followthrough.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="9B095B6D2C.1436165412/mx.desk.example"
Message-Id: <20150706070012.B3C2D6D2D@mx.desk.example>

This is a MIME-encapsulated message.

--9B095B6D2C.1436165412/mx.desk.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.desk.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{address}>: host mail.desk.example[192.0.2.7] said: 550 5.1.1 User unknown
    (in reply to RCPT TO command)

--9B095B6D2C.1436165412/mx.desk.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.desk.example
X-Postfix-Queue-ID: 9B095B6D2C
Arrival-Date: Mon,  6 Jul 2015 08:00:10 +0100 (BST)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.desk.example
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address
    rejected: User unknown in local recipient table

--9B095B6D2C.1436165412/mx.desk.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <bounces@followthrough.example>
From: Followthrough <no-reply@followthrough.example>
To: {address}
Subject: Followthrough: 1 action needs you (1 overdue)
Message-ID: {message_id}

--9B095B6D2C.1436165412/mx.desk.example--
"""

DELAY = (
    POSTFIX.replace("Action: failed", "Action: delayed")
    .replace("Status: 5.1.1", "Status: 4.4.1")
    .replace("Undelivered Mail Returned to Sender", "Delayed Mail (still being retried)")
    .replace("550 5.1.1 User unknown", "450 4.2.1 Greylisted")
)

EXCHANGE = """\
From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@desk.example>
To: <bounces@followthrough.example>
Date: Mon, 6 Jul 2015 07:00:12 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="d3a6c7d2-5f43-4f4c-8cf3-0a1b6c1f0a5e"
Subject: Undeliverable: Followthrough: 1 action needs you (1 overdue)
Auto-Submitted: auto-replied
MIME-Version: 1.0

--d3a6c7d2-5f43-4f4c-8cf3-0a1b6c1f0a5e
Content-Type: multipart/alternative; boundary="6f1e"

--6f1e
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Delivery has failed to these recipients or groups:

{address}<mailto:{address}>
The email address you entered couldn't be found.

--6f1e
Content-Type: text/html; charset="us-ascii"

<html><body><p>Delivery has failed to these recipients or groups:</p></body></html>
--6f1e--

--d3a6c7d2-5f43-4f4c-8cf3-0a1b6c1f0a5e
Content-Type: message/delivery-status

Reporting-MTA: dns;DB5PR04MB1234.eurprd04.prod.outlook.com
Received-From-MTA: dns;mail.followthrough.example
Arrival-Date: Mon, 6 Jul 2015 07:00:11 +0000

Final-Recipient: rfc822;{address}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--d3a6c7d2-5f43-4f4c-8cf3-0a1b6c1f0a5e
Content-Type: message/rfc822

From: Followthrough <no-reply@followthrough.example>
To: <{address}>
Subject: Followthrough: 1 action needs you (1 overdue)
Message-ID: {message_id}
Content-Type: text/plain; charset="utf-8"

Action was due on 5 July 2015.

--d3a6c7d2-5f43-4f4c-8cf3-0a1b6c1f0a5e--
"""

EXIM = """\
Return-path: <>
X-Failed-Recipients: {address}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.desk.example>
To: bounces@followthrough.example
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1ZBxyz-0001AB-CD@mx.desk.example>
Date: Mon, 06 Jul 2015 08:00:12 +0100

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {address}
    SMTP error from remote mail server after RCPT TO:<{address}>:
    550 No such person at this address

------ This is a copy of the message, including all the headers. ------

Return-path: <bounces@followthrough.example>
From: Followthrough <no-reply@followthrough.example>
To: {address}
Subject: Followthrough: 1 action needs you (1 overdue)
Message-ID: {message_id}

Action was due on 5 July 2015.
"""

GMAIL = """\
Delivered-To: bounces@followthrough.example
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: bounces@followthrough.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
X-Failed-Recipients: {address}
Content-Type: multipart/report; boundary="000000000000b8d6b4056e"; report-type=delivery-status
Date: Mon, 06 Jul 2015 00:00:12 -0700 (PDT)
MIME-Version: 1.0

--000000000000b8d6b4056e
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to {address} because the address couldn't be found, or is unable to receive mail.

--000000000000b8d6b4056e
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Mon, 06 Jul 2015 00:00:11 -0700 (PDT)

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Mon, 06 Jul 2015 00:00:12 -0700 (PDT)

--000000000000b8d6b4056e
Content-Type: message/rfc822

From: Followthrough <no-reply@followthrough.example>
To: {address}
Message-ID: {message_id}
Subject: Followthrough: 1 action needs you (1 overdue)

Action was due on 5 July 2015.

--000000000000b8d6b4056e--
"""

QMAIL = """\
From: MAILER-DAEMON@mx.desk.example
To: bounces@followthrough.example
Subject: failure notice
Date: 6 Jul 2015 07:00:12 -0000

Hi. This is the qmail-send program at mx.desk.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <bounces@followthrough.example>
From: Followthrough <no-reply@followthrough.example>
To: {address}
Message-ID: {message_id}

Action was due on 5 July 2015.
"""

VACATION = """\
From: Head <{address}>
To: no-reply@followthrough.example
Subject: Automatic reply: Followthrough: 1 action needs you (1 overdue)
In-Reply-To: {message_id}
References: {message_id}
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

I am away until 20 July. For what cannot wait write to {address}.
"""

READ_RECEIPT = """\
From: Head <{address}>
To: no-reply@followthrough.example
Subject: Read: Followthrough: 1 action needs you (1 overdue)
Content-Type: multipart/report; report-type=disposition-notification; boundary=b
MIME-Version: 1.0

--b
Content-Type: text/plain

Your message was read.

--b
Content-Type: message/disposition-notification

Final-Recipient: RFC822; {address}
Original-Message-ID: {message_id}
Disposition: automatic-action/MDN-sent-automatically; displayed

--b--
"""

FAILURES = {"Postfix": POSTFIX, "Exchange": EXCHANGE, "Exim": EXIM, "Gmail": GMAIL, "qmail": QMAIL}
ANSWERS = {"vacation": VACATION, "read receipt": READ_RECEIPT}
