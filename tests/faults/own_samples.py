"""Small invented files of the formats of which the shared data has no sample; the shapes are those of the documents."""

from __future__ import annotations

from types import MappingProxyType

#: What it is, to (reader, file name, text).
FILES = MappingProxyType({
    "blockchain.info rawaddr": (
        "blockchain.info", "rawaddr.json",
        '{"hash160": "00", "address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "n_tx": 3, "total_received": 300, "total_se'
        'nt": 100, "final_balance": 200, "txs": [{"hash": "000000000000000000000000000000000000000000000000000000000000'
        '0001", "ver": 1, "vin_sz": 1, "vout_sz": 2, "time": 1600000000, "block_height": 7, "tx_index": 5, "inputs": [{'
        '"sequence": 1, "script": "", "index": 0, "prev_out": {"spent": true, "tx_index": 4, "addr": "1A1zP1eP5QGefi2DM'
        'PTfTL5SLmv7DivfNa", "value": 90, "n": 3, "script": "76"}}], "out": [{"n": 0, "addr": "12cbQLTFMXRnSzktFkuoG3eH'
        'oMeFtpTu3S", "value": 50, "script": "76a9"}, {"n": 1, "value": 0, "script": "6a01ff"}]}, {"hash": "00000000000'
        '00000000000000000000000000000000000000000000000000002", "ver": 1, "vin_sz": 1, "vout_sz": 2, "time": 160000000'
        '0, "block_height": 7, "tx_index": 5, "inputs": [{"sequence": 1, "script": "", "index": 0, "prev_out": {"spent"'
        ': true, "tx_index": 4, "addr": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "value": 90, "n": 3, "script": "76"}}], "'
        'out": [{"n": 0, "addr": "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S", "value": 50, "script": "76a9"}, {"n": 1, "value"'
        ': 0, "script": "6a01ff"}]}, {"hash": "0000000000000000000000000000000000000000000000000000000000000003", "ver"'
        ': 1, "vin_sz": 1, "vout_sz": 2, "time": 1600000000, "block_height": 7, "tx_index": 5, "inputs": [{"sequence": '
        '1, "script": "", "index": 0, "prev_out": {"spent": true, "tx_index": 4, "addr": "1A1zP1eP5QGefi2DMPTfTL5SLmv7D'
        'ivfNa", "value": 90, "n": 3, "script": "76"}}], "out": [{"n": 0, "addr": "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S",'
        ' "value": 50, "script": "76a9"}, {"n": 1, "value": 0, "script": "6a01ff"}]}]}',
    ),
    "blockcypher address": (
        "blockcypher.api", "blockcypher.json",
        '{"address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "total_received": 100, "total_sent": 30, "balance": 70, "unc'
        'onfirmed_balance": 0, "final_balance": 70, "n_tx": 2, "final_n_tx": 2, "txrefs": [{"tx_hash": "111111111111111'
        '1111111111111111111111111111111111111111111111111", "block_height": 9, "tx_input_n": -1, "tx_output_n": 4, "va'
        'lue": 70, "spent": false, "confirmations": 5, "confirmed": "2020-09-13T12:26:40Z", "double_spend": false}, {"t'
        'x_hash": "2222222222222222222222222222222222222222222222222222222222222222", "block_height": 9, "tx_input_n": '
        '1, "tx_output_n": -1, "value": 30, "spent": false, "confirmations": 5, "confirmed": "2020-09-13T12:26:40Z", "d'
        'ouble_spend": false}]}',
    ),
    "blockcypher transaction": (
        "blockcypher.api", "blockcypher-tx.json",
        '{"hash": "1111111111111111111111111111111111111111111111111111111111111111", "block_height": 9, "block_index":'
        ' 3, "confirmed": "2020-09-13T12:26:40Z", "vin_sz": 1, "vout_sz": 2, "double_spend": false, "inputs": [{"prev_h'
        'ash": "2222222222222222222222222222222222222222222222222222222222222222", "output_index": 1, "output_value": 9'
        '0, "addresses": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"], "script": "48", "script_type": "pay-to-pubkey-hash"}],'
        ' "outputs": [{"value": 50, "addresses": ["12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"], "script": "76a9", "script_type'
        '": "pay-to-pubkey-hash"}, {"value": 0, "addresses": null, "script": "6a01", "script_type": "null-data"}]}',
    ),
    "blockbook transaction": (
        "blockbook.api", "blockbook.json",
        '{"page": 1, "totalPages": 1, "itemsOnPage": 1, "address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "balance": "20'
        '0", "totalReceived": "300", "totalSent": "100", "unconfirmedBalance": "0", "unconfirmedTxs": 0, "txs": 2, "tra'
        'nsactions": [{"txid": "1111111111111111111111111111111111111111111111111111111111111111", "vin": [{"txid": "22'
        '22222222222222222222222222222222222222222222222222222222222222", "sequence": 1, "n": 0, "addresses": ["1A1zP1e'
        'P5QGefi2DMPTfTL5SLmv7DivfNa"], "isAddress": true, "value": "90"}], "vout": [{"value": "50", "n": 0, "hex": "76'
        'a9", "addresses": ["12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"], "isAddress": true}, {"value": "0", "n": 1, "hex": "6'
        'a01", "addresses": ["OP_RETURN (x)"], "isAddress": false}], "blockHash": "333333333333333333333333333333333333'
        '3333333333333333333333333333", "blockHeight": 9, "confirmations": 3, "blockTime": 1600000000, "value": "50", "'
        'valueIn": "90", "fees": "40"}, {"txid": "3333333333333333333333333333333333333333333333333333333333333333", "v'
        'in": [{"txid": "2222222222222222222222222222222222222222222222222222222222222222", "sequence": 1, "n": 0, "add'
        'resses": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"], "isAddress": true, "value": "90"}], "vout": [{"value": "50", '
        '"n": 0, "hex": "76a9", "addresses": ["12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"], "isAddress": true}, {"value": "0",'
        ' "n": 1, "hex": "6a01", "addresses": ["OP_RETURN (x)"], "isAddress": false}], "blockHash": "333333333333333333'
        '3333333333333333333333333333333333333333333333", "blockHeight": 9, "confirmations": 3, "blockTime": 1600000000'
        ', "value": "50", "valueIn": "90", "fees": "40"}]}',
    ),
    "electrum json": (
        "electrum.json", "history.json",
        '{"summary": {"begin": {}}, "transactions": [{"txid": "11111111111111111111111111111111111111111111111111111111'
        '11111111", "height": 9, "confirmations": 4, "timestamp": 1600000000, "monotonic_timestamp": 1600000000, "incom'
        'ing": true, "bc_value": "0.05", "bc_balance": "0.06", "date": "2020-09-13 14:26", "label": "rent", "txpos_in_b'
        'lock": 3}, {"txid": "2222222222222222222222222222222222222222222222222222222222222222", "height": 0, "confirma'
        'tions": 4, "timestamp": null, "monotonic_timestamp": 1600000000, "incoming": false, "bc_value": "-1.5", "bc_ba'
        'lance": "0.06", "date": "2020-09-13 14:26", "label": "", "txpos_in_block": 3, "fee": "0.0001"}]}',
    ),
    "blockchair dashboard": (
        "blockchair.api", "blockchair.json",
        '{"data": {"f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16": {"transaction": {"block_id": 170'
        ', "hash": "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16", "time": "2009-01-12 03:30:25", "'
        'is_coinbase": false, "input_count": 1, "output_count": 1}, "inputs": [{"block_id": 9, "transaction_hash": "043'
        '7cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9", "index": 0, "time": "2009-01-09 03:54:39", "va'
        'lue": 70, "recipient": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "type": "pubkeyhash", "script_hex": "", "is_from_'
        'coinbase": false, "spending_transaction_hash": "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e'
        '16", "spending_index": 2}], "outputs": [{"block_id": 9, "transaction_hash": "f4184fc596403b9d638783cf57adfe4c7'
        '5c605f6356fbc91338530e9831e9e16", "index": 4, "time": "2009-01-09 03:54:39", "value": 60, "recipient": "1A1zP1'
        'eP5QGefi2DMPTfTL5SLmv7DivfNa", "type": "pubkeyhash", "script_hex": "", "is_from_coinbase": false, "spending_tr'
        'ansaction_hash": "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16", "spending_index": 2}]}, "'
        '1111111111111111111111111111111111111111111111111111111111111111": {"transaction": {"block_id": -1, "hash": "1'
        '111111111111111111111111111111111111111111111111111111111111111", "time": "2009-01-12 03:30:25", "is_coinbase"'
        ': false, "input_count": 1, "output_count": 1}, "inputs": [{"block_id": 9, "transaction_hash": "0437cd7f8525cee'
        'd2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9", "index": 0, "time": "2009-01-09 03:54:39", "value": 70, "r'
        'ecipient": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "type": "pubkeyhash", "script_hex": "", "is_from_coinbase": f'
        'alse, "spending_transaction_hash": "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16", "spendi'
        'ng_index": 2}], "outputs": [{"block_id": 9, "transaction_hash": "f4184fc596403b9d638783cf57adfe4c75c605f6356fb'
        'c91338530e9831e9e16", "index": 4, "time": "2009-01-09 03:54:39", "value": 60, "recipient": "1A1zP1eP5QGefi2DMP'
        'TfTL5SLmv7DivfNa", "type": "pubkeyhash", "script_hex": "", "is_from_coinbase": false, "spending_transaction_ha'
        'sh": "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16", "spending_index": 2}]}}, "context": {'
        '"code": 200}}',
    ),
    "stix bundle": (
        "stix.bundle", "bundle.json",
        '{"type": "bundle", "id": "bundle--1", "objects": [{"type": "cryptocurrency-wallet", "spec_version": "2.1", "id'
        '": "cryptocurrency-wallet--a", "value": "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"}, {"type": "cryptocurrency-wallet'
        '", "spec_version": "2.1", "id": "cryptocurrency-wallet--b", "value": "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY"}, {"'
        'type": "cryptocurrency-transaction", "id": "cryptocurrency-transaction--1", "symbol": "BTC", "value": "abababa'
        'babababababababababababababababababababababababababababab", "execution_time": "2022-10-02T15:22:21Z", "input":'
        ' [{"amount": 0.84, "address_ref": "cryptocurrency-wallet--a"}], "output": [{"amount": 0.8, "address_ref": "cry'
        'ptocurrency-wallet--b"}, {"amount": 7.28e-06}]}, {"type": "threat-actor", "id": "threat-actor--1", "name": "La'
        'zarus", "threat_actor_types": ["nation-state"]}, {"type": "indicator", "id": "indicator--1", "name": "Ransom w'
        'allet", "pattern": "[cryptocurrency-wallet:value = \'12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw\']", "indicator_types": '
        '["malicious"]}, {"type": "relationship", "id": "relationship--1", "source_ref": "indicator--1", "target_ref": '
        '"threat-actor--1"}, {"type": "relationship", "id": "relationship--2", "source_ref": "indicator--1", "target_re'
        'f": "cryptocurrency-wallet--a"}]}',
    ),
    "misp event": (
        "misp.event", "misp.json",
        '{"Event": {"id": "5", "info": "Ransom wave", "date": "2020-01-01", "Tag": [{"name": "misp-galaxy:threat-actor='
        '\\"Foo\\""}], "Attribute": [{"type": "btc", "value": "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw", "category": "Financia'
        'l fraud", "to_ids": true, "timestamp": "1600000000"}, {"type": "md5", "value": "x"}, {"type": "xmr", "value": '
        '"4AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}], "Object":'
        ' [{"name": "btc-wallet", "Attribute": [{"object_relation": "wallet-address", "type": "btc", "value": "12t9YDPg'
        'wueZ9NyMgw519p7AA8isjr6SMw"}, {"object_relation": "balance_BTC", "value": "0.5"}, {"object_relation": "time", '
        '"value": "2020-01-01T00:00:00Z"}]}, {"name": "btc-transaction", "Attribute": [{"object_relation": "transaction'
        '-number", "value": "abababababababababababababababababababababababababababababababab"}, {"object_relation": "b'
        'tc-address", "value": "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"}, {"object_relation": "value_BTC", "value": "0.1"}]'
        '}, {"name": "coin-address", "Attribute": [{"object_relation": "address", "value": "12t9YDPgwueZ9NyMgw519p7AA8i'
        'sjr6SMX"}]}, {"name": "file", "Attribute": []}]}}',
    ),
    "etherscan flow": (
        "etherscan.flow", "flow.json",
        '{"id": "case-1", "name": "n", "schemaVersion": 1, "nodes": [{"id": "v01", "address": "0x1111111111111111111111'
        '111111111111111111", "chainid": 1, "label": "Victim", "role": "victim_wallet", "balance": "0.42"}, {"id": "a01'
        '", "address": "0x2222222222222222222222222222222222222222", "chainid": 1, "label": null, "role": "attacker_eoa'
        '", "balance": null}, {"id": "z01", "address": "0x0000000000000000000000000000000000000000", "chainid": 1, "lab'
        'el": "Null", "role": "unknown_eoa"}], "edges": [{"id": "e1", "source": "v01", "target": "a01", "amount": "5000'
        '", "token": "USDT", "txcount": 2, "token_address": "0xdac17f958d2ee523a2206206994597c13d831ec7", "type": "toke'
        'n_transfer", "chainid": 1, "txhash": "0xabababababababababababababababababababababababababababababababab", "ti'
        'mestamp": "2026-03-15T10:23:00Z"}, {"id": "e2", "source": "v01", "target": "a01", "amount": "0.5", "token": "E'
        'TH", "txcount": 2, "token_address": null, "type": "token_transfer", "chainid": 1, "txhash": "0xabababababababa'
        'babababababababababababababababababababababababab", "timestamp": "2026-03-15T10:23:00Z"}], "_meta": {"created_'
        'at": "2026-03-15"}}',
    ),
    "blockscout items": (
        "blockscout.json", "items.json",
        '{"items": [{"hash": "0x1111111111111111111111111111111111111111111111111111111111111111", "timestamp": "2023-0'
        '5-02T12:19:59.000000Z", "from": {"hash": "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "is_contract": false, "'
        'name": null, "public_tags": []}, "to": {"hash": "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "is_contract": f'
        'alse, "name": null, "public_tags": []}, "value": "7", "fee": {"type": "actual", "value": "21000"}, "status": "'
        'ok", "block_number": 5, "position": 3, "gas_used": "21000"}, {"hash": "0x1111111111111111111111111111111111111'
        '111111111111111111111111111", "timestamp": "2023-05-02T12:19:59.000000Z", "from": {"hash": "0xaaaaaaaaaaaaaaaa'
        'aaaaaaaaaaaaaaaaaaaaaaaa", "is_contract": false, "name": null, "public_tags": []}, "to": {"hash": "0xbbbbbbbbb'
        'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "is_contract": false, "name": null, "public_tags": []}, "value": "7", "fee":'
        ' {"type": "actual", "value": "21000"}, "status": "error", "block_number": 5, "position": 3, "gas_used": "21000'
        '"}, {"hash": "0x1111111111111111111111111111111111111111111111111111111111111111", "timestamp": "2023-05-02T12'
        ':19:59.000000Z", "from": {"hash": "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "is_contract": false, "name": '
        'null, "public_tags": []}, "to": {"hash": "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "is_contract": false, "'
        'name": "Router", "public_tags": [{"label": "x", "display_name": "Exchange: hot"}]}, "value": "7", "fee": {"typ'
        'e": "actual", "value": "21000"}, "status": "ok", "block_number": 5, "position": 3, "gas_used": "21000"}], "nex'
        't_page_params": null}',
    ),
    "ofac simple": (
        "ofac.xml", "sdn.xml",
        '<?xml version="1.0" standalone="yes"?>\n<sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/XML"><publs'
        'hInformation>\n<Publish_Date>09/27/2024</Publish_Date><Record_Count>2</Record_Count></publshInformation>\n<sdnEn'
        'try><uid>36</uid><lastName>AEROCARIBBEAN AIRLINES</lastName><title>none</title></sdnEntry>\n<sdnEntry><uid>2530'
        '8</uid><firstName>Xiaobing</firstName><lastName>YAN</lastName><programList><program>SDNTK</program>\n<program>C'
        'YBER2</program></programList><idList><id><uid>1</uid><idType>Passport</idType><idNumber>G1</idNumber></id>\n<id'
        '><uid>9</uid><idType>Digital Currency Address - XBT</idType><idNumber>12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h</idNu'
        'mber></id>\n<id><uid>10</uid><idType>Digital Currency Address - XBT</idType><idNumber>12QtD5BFwRsdNsAZY76UVE1xy'
        'CGNTojH9i</idNumber></id></idList></sdnEntry>\n</sdnList>\n',
    ),
    "ofac advanced": (
        "ofac.xml", "sdn_advanced.xml",
        '<Sanctions xmlns="https://www.un.org/sanctions/1.0"><DateOfIssue CalendarTypeID="1"><Year>2024</Year>\n<Month>9'
        '</Month><Day>27</Day></DateOfIssue><ReferenceValueSets><FeatureTypeValues>\n<FeatureType ID="777">Digital Curre'
        'ncy Address - ETH</FeatureType><FeatureType ID="8">Birthdate</FeatureType>\n</FeatureTypeValues></ReferenceValu'
        'eSets><DistinctParties><DistinctParty FixedRef="5"><Profile ID="5"/></DistinctParty>\n<DistinctParty FixedRef="'
        '7"><Profile ID="7"><Identity><Alias Primary="false"><DocumentedName><DocumentedNamePart>\n<NamePartValue>HIDDEN'
        ' COBRA</NamePartValue></DocumentedNamePart></DocumentedName></Alias><Alias Primary="true">\n<DocumentedName><Do'
        'cumentedNamePart><NamePartValue>LAZARUS GROUP</NamePartValue></DocumentedNamePart></DocumentedName>\n</Alias></'
        'Identity><Feature FeatureTypeID="8"><FeatureVersion><VersionDetail>1980</VersionDetail></FeatureVersion>\n</Fea'
        'ture><Feature FeatureTypeID="777"><FeatureVersion><VersionDetail>0x098B716B8Aaf21512996dC57EB0615e2383E2f96</V'
        'ersionDetail></FeatureVersion></Feature>\n</Profile></DistinctParty></DistinctParties><SanctionsEntries><Sancti'
        'onsEntry ProfileID="7"><SanctionsMeasure>\n<Comment>DPRK3</Comment></SanctionsMeasure></SanctionsEntry></Sancti'
        'onsEntries></Sanctions>\n',
    ),
    "chainabuse": (
        "chainabuse.reports", "reports.json",
        '{"reports": [{"id": "r1", "trusted": true, "checked": false, "scamCategory": "PIGBUTCHERING", "createdAt": "20'
        '23-01-02T03:04:05Z", "description": "I lost all", "addresses": [{"address": "0xdd4c48c0b24039969fc16d1cdf626ea'
        'b821d3384", "chain": "ETH"}, {"address": null, "domain": "x.org"}], "losses": [{"amount": 12.5, "asset": "ETH"'
        '}]}], "count": 1}',
    ),
    "solana transaction": (
        "solana.rpc", "tx.json",
        '{"jsonrpc": "2.0", "id": 1, "result": {"blockTime": 1600000000, "slot": 99, "version": "legacy", "meta": {"err'
        '": null, "fee": 5000, "innerInstructions": [], "preBalances": [10000, 0, 0, 0], "postBalances": [4300, 700, 0,'
        ' 0], "preTokenBalances": [{"accountIndex": 2, "mint": "LbUiWL3xVV8hTFYBVdbTNrpDo41NKS6o3LHHuDzjfcY", "owner": '
        '"4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi", "uiTokenAmount": {"amount": "1", "decimals": 6}}], "postTokenBa'
        'lances": [{"accountIndex": 2, "mint": "LbUiWL3xVV8hTFYBVdbTNrpDo41NKS6o3LHHuDzjfcY", "owner": "4vJ9JU1bJJE96FW'
        'SJKvHsmmFADCg4gpZQff4P3bkLKi", "uiTokenAmount": {"amount": "1", "decimals": 6}}, {"accountIndex": 3, "mint": "'
        'LbUiWL3xVV8hTFYBVdbTNrpDo41NKS6o3LHHuDzjfcY", "owner": "8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR", "uiToken'
        'Amount": {"amount": "1", "decimals": 6}}]}, "transaction": {"signatures": ["99eUso3aSbE9tqGSTXzo3TLfKb9RkMTURr'
        'HKQ1K7Zh3BbeqPevr5E1iCbpTjqHuTFLtfxTTD5ekfVuZFzQyEQf8"], "message": {"accountKeys": [{"pubkey": "4vJ9JU1bJJE96'
        'FWSJKvHsmmFADCg4gpZQff4P3bkLKi", "signer": true, "writable": true}, {"pubkey": "8qbHbw2BbbTHBW1sbeqakYXVKRQM8N'
        'e7pLK7m6CVfeR", "signer": false, "writable": true}, {"pubkey": "CktRuQ2mttgRGkXJtyksdKHjUdc2C4TgDzyB98oEzy8", '
        '"signer": false, "writable": true}, {"pubkey": "GgBaCs3NCBuZN12kCJgAW63ydqohFkHEdfdEXBPzLHq", "signer": false,'
        ' "writable": true}], "instructions": [{"program": "system", "programId": "11111111111111111111111111111111", "'
        'parsed": {"type": "transfer", "info": {"source": "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi", "destination":'
        ' "8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR", "lamports": 700}}}]}}}}',
    ),
    "bitcoin etl": (
        "bitcoin.etl", "transactions.json",
        '{"hash": "3333333333333333333333333333333333333333333333333333333333333333", "block_number": 7, "block_timesta'
        'mp": 1600000000, "is_coinbase": false, "index": 2, "inputs": [{"index": 0, "spent_transaction_hash": "22222222'
        '22222222222222222222222222222222222222222222222222222222", "spent_output_index": 3, "script_hex": "00", "type"'
        ': null, "required_signatures": null, "addresses": [], "value": null}], "outputs": [{"index": 0, "script_hex": '
        '"76a914", "type": "pubkeyhash", "addresses": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"], "value": 5}]}\n{"hash": "4'
        '444444444444444444444444444444444444444444444444444444444444444", "block_number": 7, "block_timestamp": 160000'
        '0000, "is_coinbase": false, "index": 2, "inputs": [{"index": 0, "spent_transaction_hash": "2222222222222222222'
        '222222222222222222222222222222222222222222222", "spent_output_index": 3, "script_hex": "00", "type": null, "re'
        'quired_signatures": null, "addresses": [], "value": null}], "outputs": [{"index": 0, "script_hex": "76a914", "'
        'type": "pubkeyhash", "addresses": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"], "value": 5}]}\n',
    ),
    "ledger": (
        "ledger.csv", "ledger.csv",
        'time,from,to,asset,amount,chain\n1600000000,0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,0xbbbbbbbbbbbbbbbbbbbbbb'
        'bbbbbbbbbbbbbbbbbb,ETH,1.5,ethereum\n2020-09-13T12:26:40Z,0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,0xcccccccc'
        'cccccccccccccccccccccccccccccccc,ETH,2,ethereum\n1600000001,Alice,Bob,EUR,1200.25,stated\n',
    ),
    "prices": (
        "price.csv", "prices.csv",
        'date,asset,currency,rate,source\n2021-05-08,BTC,USD,58803.78,CoinGecko\n2021-05-08,ethereum:0xdAC17F958D2ee523a2'
        '206206994597C13D831ec7,EUR,1,"ECB, close"\n2021-05-09,ETH,USD,3900.5,CoinGecko\n',
    ),
    "amlworld": (
        "amlworld.patterns", "patterns.txt",
        'BEGIN LAUNDERING ATTEMPT - FAN-OUT:  Max 16-degree Fan-Out\n2022/09/01 00:06,021174,800737690,012,80011F990,284'
        '8.96,Euro,2848.96,Euro,ACH,1\n2022/09/01 04:33,021174,800737690,020,80020C5B0,8630.40,Euro,9000.00,US Dollar,AC'
        'H,1\nEND LAUNDERING ATTEMPT - FAN-OUT\n\nBEGIN LAUNDERING ATTEMPT - CYCLE:  Max 2 hops\n2022/09/02 00:00,012,80011'
        'F990,021174,800737690,0.5,Bitcoin,0.5,Bitcoin,Bitcoin,1\nEND LAUNDERING ATTEMPT - CYCLE\n',
    ),
    "letter": (
        "text.scan", "letter.txt",
        'Dear N., please send it to 12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw or bc1qq2euq8pw950klpjcawuy4uj39ym43hs6cfsegq,\nn'
        'ot to 0x098B716B8Aaf21512996dC57EB0615e2383E2f96; the payment was abababababababababababababababababababababab'
        'abababababababababab.\nTR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t bitcoincash:qq3vlashthktqpeppuv7trmw070e3mydgq63zq348'
        'v rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh\n',
    ),
    "tronscan transfers": (
        "tronscan.json", "token_trc20.json",
        '{"total": 9, "token_transfers": [{"transaction_id": "111111111111111111111111111111111111111111111111111111111'
        '1111111", "block_ts": 1600000000000, "block": 5, "from_address": "TLLM21wteSPs4hKjbxgmH1L6poyMjeTbHm", "to_add'
        'ress": "TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW", "to_address_tag": {"to_address_tag": "Exchange-Hot 2"}, "quant": '
        '"2500000", "contract_address": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "confirmed": true, "contractRet": "SUCCES'
        'S", "tokenInfo": {"tokenId": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tokenAbbr": "USDT", "tokenDecimal": 6}}]}',
    ),
    "tronscan transactions": (
        "tronscan.json", "transaction.json",
        '{"total": 2, "data": [{"block": 5, "hash": "1111111111111111111111111111111111111111111111111111111111111111",'
        ' "timestamp": 1600000000000, "ownerAddress": "TLLM21wteSPs4hKjbxgmH1L6poyMjeTbHm", "toAddress": "TSnjgPDQfuxx7'
        '2iaPy82v3T8HrsN4GVJzW", "contractType": 1, "confirmed": true, "revert": false, "contractRet": "SUCCESS", "amou'
        'nt": "7", "cost": {"fee": 12, "net_fee": 12}, "contractData": {"amount": 7}}, {"block": 5, "hash": "2222222222'
        '222222222222222222222222222222222222222222222222222222", "timestamp": 1600000000000, "ownerAddress": "TLLM21wt'
        'eSPs4hKjbxgmH1L6poyMjeTbHm", "toAddress": "TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW", "contractType": 1, "confirmed"'
        ': true, "revert": false, "contractRet": "SUCCESS", "amount": "9", "cost": {"fee": 12, "net_fee": 12}, "contrac'
        'tData": {"amount": 9}}]}',
    ),
})  # fmt: skip

#: What it is, to (reader, file name, base64 of the bytes).
BINARY = MappingProxyType({
    "saved graph": (
        "graphsense.gs", "case.gs",
        "VwAAAHkAAABKAAAAdwAAAFkAAABYAAAAUgAAAG8AAABaAAAAbQAAAGwAAAB1AAAAWgAAAEcAAABWAAAAeQAAAEkAAABpAAAAdwAAAGkAAABNAA"
        "AAUwAAAEkAAABzAAAASQAAAG0AAABOAAAAaAAAAGMAAAAyAAAAVQAAAGcAAABOAAAADwEAAHMAAABXAAAAMQAAAHQAAABiAAAAGAEAAEoAAAAw"
        "AAAAWQAAACEBAABJAAAAagAAAEUAAAB5AAAAZAAAAEQAAABsAAAAWgAAAFIAAABGAAAAQgAAAG4AAABkAAAAMwAAAFYAAABsAAAAVwAAAGoAAA"
        "BsAAAATwAAAGUAAABVAAAAMQAAADcBAAB6AAAAVQAAAHgAAABPAAAAWAAAAEEAAAAzAAAAUQAAAFUAAABFAAAANAAAAGEAAABYAAAATgAAAHEA"
        "AABjAAAAagAAAFoAAABUAAAAVAAAAFgAAABjAAAAaQAAAFgAAABTAAAAdwAAAHcAAABMAAAAagAAAFUAAABzAAAAFAEAADQAAAAxAAAATAAAAE"
        "gAAABSAAAALwEAAFcAAABWAAAAZAAAAEwAAABGAAAAJQEAABgBAABWAAAAMAAAAGEAAABDAAAAFgEAACwBAABCAAAANAAAAE0AAABEAAAAawAA"
        "ADQAAABRAAAAagAAAGMAAAB4AAAATgAAAGsAAABJAAAAfAEAAFcAAABGAAAAbQAAAE0AAAAtAQAAMQAAAE0AAABUAAAASQAAADUAAABPAAAAVA"
        "AAAFoAAABrAAAAUQAAAEQBAAAzAAAAUgAAAFUAAABJAAAAdwAAAE4AAACJAQAAVQEAAEkAAAB6AAAATwAAAEQAAABOAAAARgAAAE0AAABtAAAA"
        "WQAAADUAAABOAAAAaQAAAEoAAABsAQAARAAAAEEAAABiAQAAUwAAAHgAAACkAQAAVwAAAHgAAAB6AAAAWgAAAFYAAAAxAAAAbAEAAG4BAABiAA"
        "AAAAEAAEoAAABpAAAAZAAAAEcAAABNAAAAaQAAAEwAAABDAAAASgAAAGgAAABZAAAAbQAAAEYAAABpAAAAWQAAAFcAAADDAQAAxQEAAMcBAADJ"
        "AQAAywEAAMYBAADIAQAAygEAAMQBAADQAQAAzgEAANMBAADNAQAA0gEAAMwBAADRAQAAzwEAANcBAADbAQAA2gEAANYBAADeAQAA2QEAANUBAA"
        "DZAQAASQAAAGwAAAAwAAAAYgEAAEMAAABdAQAAZgEAAGgBAABkAAAAVwAAAGEBAABNAAAARgAAALYBAABtAQAAJQEAALoBAAC8AQAAvgEAAMAB"
        "AAB0AQAAeAAAAE0AAABuAAAAUQAAADUAAADtAQAAUgAAAFEAAABaAAAAMwAAAGQAAAAxAAAAtAEAAG8AAAA1AAAAVAAAAG4AAABsAAAATgAAAA"
        "ECAABjAAAAigEAAFQAAABsAAAAmQEAADAAAAA1AQAATwAAAEcAAABsAAAAegAAAGEAAABuAAAASQAAAB0BAAAwAAAAMQAAADMAAADkAQAA5gEA"
        "AOQBAAAGAQAAYQAAAGoBAABtAAAAEAEAAHgAAAB1AAAA7AEAAHgAAABzAAAAWwEAAHgAAAC5AQAAAQEAAPUBAAC/AQAAwQEAAN0BAADiAQAA1A"
        "EAANgBAAA1AgAAMwIAADYCAADcAQAA3wEAADQCAAA6AgAA4QEAADkCAADgAQAANwIAAN8BAAAfAgAAFwEAAG4AAABCAAAAaAAAAGUAAABXAAAA"
        "OQAAALYBAAB0AQAAcwAAAGIAAABuAAAAVgAAAE0CAADwAQAAtwEAAHQAAABkAAAAWAAAAFEAAAA9AAAAPQAAAA==",
    ),
    "mail": (
        "text.scan", "mail.eml",
        "Q29udGVudC1UeXBlOiBtdWx0aXBhcnQvbWl4ZWQ7IGJvdW5kYXJ5PSI9PT09PT09PT09PT09PT0yODMzMDMyMjMwNDkxNzY2Nzc4PT0iCk1JTU"
        "UtVmVyc2lvbjogMS4wCkZyb206IGFAZXhhbXBsZS5vcmcKVG86IGJAZXhhbXBsZS5vcmcKU3ViamVjdDogUmVudCAxMnQ5WURQZ3d1ZVo5TnlN"
        "Z3c1MTlwN0FBOGlzanI2U013CgotLT09PT09PT09PT09PT09PTI4MzMwMzIyMzA0OTE3NjY3Nzg9PQpDb250ZW50LVR5cGU6IHRleHQvcGxhaW"
        "47IGNoYXJzZXQ9InV0Zi04IgpNSU1FLVZlcnNpb246IDEuMApDb250ZW50LVRyYW5zZmVyLUVuY29kaW5nOiBiYXNlNjQKClduZkR0bXhtSUdK"
        "ak1YRnhNbVYxY1Rod2R6azFNR3RzY0dwallYZDFlVFIxYWpNNWVXMDBNMmh6Tm1ObWMyVm5jU0JsYm1SbAoKLS09PT09PT09PT09PT09PT0yOD"
        "MzMDMyMjMwNDkxNzY2Nzc4PT0KQ29udGVudC1UeXBlOiB0ZXh0L2h0bWw7IGNoYXJzZXQ9InVzLWFzY2lpIgpNSU1FLVZlcnNpb246IDEuMApD"
        "b250ZW50LVRyYW5zZmVyLUVuY29kaW5nOiA3Yml0Cgo8cD5UUjdOSHFqZUs8aT5ReEdUQ2k4cThaWTRwTDhvdFN6Z2pMajZ0PC9pPjwvcD4KLS"
        "09PT09PT09PT09PT09PT0yODMzMDMyMjMwNDkxNzY2Nzc4PT0KQ29udGVudC1UeXBlOiBhcHBsaWNhdGlvbi9vY3RldC1zdHJlYW0KTUlNRS1W"
        "ZXJzaW9uOiAxLjAKQ29udGVudC1UcmFuc2Zlci1FbmNvZGluZzogYmFzZTY0CgpKVkJFUmc9PQoKLS09PT09PT09PT09PT09PT0yODMzMDMyMj"
        "MwNDkxNzY2Nzc4PT0KQ29udGVudC1UeXBlOiB0ZXh0L2NzdjsgY2hhcnNldD0idXMtYXNjaWkiCk1JTUUtVmVyc2lvbjogMS4wCkNvbnRlbnQt"
        "VHJhbnNmZXItRW5jb2Rpbmc6IDdiaXQKQ29udGVudC1EaXNwb3NpdGlvbjogYXR0YWNobWVudDsgZmlsZW5hbWU9Imxpc3QuY3N2IgoKaWQsYW"
        "JhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYgoKLS09PT09PT09PT09PT09PT0y"
        "ODMzMDMyMjMwNDkxNzY2Nzc4PT0tLQo=",
    ),
    "pdf": (
        "text.scan", "letter.pdf",
        "JVBERi0xLjQKMSAwIG9iago8PC9UeXBlL0NhdGFsb2cvUGFnZXMgMiAwIFI+PgplbmRvYmoKMiAwIG9iago8PC9UeXBlL1BhZ2VzL0tpZHNbNC"
        "AwIFIgNiAwIFJdL0NvdW50IDI+PgplbmRvYmoKMyAwIG9iago8PC9UeXBlL0ZvbnQvU3VidHlwZS9UeXBlMS9CYXNlRm9udC9IZWx2ZXRpY2E+"
        "PgplbmRvYmoKNCAwIG9iago8PC9UeXBlL1BhZ2UvUGFyZW50IDIgMCBSL01lZGlhQm94WzAgMCA2MDAgMjAwXS9Db250ZW50cyA1IDAgUi9SZX"
        "NvdXJjZXM8PC9Gb250PDwvRjEgMyAwIFI+Pj4+Pj4KZW5kb2JqCjUgMCBvYmoKPDwvTGVuZ3RoIDc1Pj5zdHJlYW0KQlQgL0YxIDggVGYgMjAg"
        "MTAwIFRkIChQYXkgdG8gMTJ0OVlEUGd3dWVaOU55TWd3NTE5cDdBQThpc2pyNlNNdyBub3cpIFRqIEVUCmVuZHN0cmVhbQplbmRvYmoKNiAwIG"
        "9iago8PC9UeXBlL1BhZ2UvUGFyZW50IDIgMCBSL01lZGlhQm94WzAgMCA2MDAgMjAwXS9Db250ZW50cyA3IDAgUi9SZXNvdXJjZXM8PC9Gb250"
        "PDwvRjEgMyAwIFI+Pj4+Pj4KZW5kb2JqCjcgMCBvYmoKPDwvTGVuZ3RoIDk3Pj5zdHJlYW0KQlQgL0YxIDggVGYgMjAgMTAwIFRkIChpZCBhYm"
        "FiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiKSBUaiBFVAplbmRzdHJlYW0KZW5k"
        "b2JqCnhyZWYKMCA4CjAwMDAwMDAwMDAgNjU1MzUgZiAKMDAwMDAwMDAwOSAwMDAwMCBuIAowMDAwMDAwMDU0IDAwMDAwIG4gCjAwMDAwMDAxMT"
        "EgMDAwMDAgbiAKMDAwMDAwMDE3NCAwMDAwMCBuIAowMDAwMDAwMjg2IDAwMDAwIG4gCjAwMDAwMDA0MDggMDAwMDAgbiAKMDAwMDAwMDUyMCAw"
        "MDAwMCBuIAp0cmFpbGVyPDwvU2l6ZSA4L1Jvb3QgMSAwIFI+PgpzdGFydHhyZWYKNjY0CiUlRU9G",
    ),
})  # fmt: skip
