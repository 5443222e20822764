"""Small invented exports for the layouts of which the shared data has no sample: real headers, our own rows."""

from __future__ import annotations

from types import MappingProxyType

BTC, BTC2 = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
TRON, EVM = "TLLM21wteSPs4hKjbxgmH1L6poyMjeTbHm", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"
TX = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"
TX2 = "7cb9e8b44ee63b47e615f77ef26406e0d11c95943faa328ab67b62987f752176"
EVM_TX = "55ae6a400fb41abe493f5f70bba0d6aa4386e2b082ad3ffc851bf22a3dfa7e9b"

#: Layout id to (file name, text).
FILES = MappingProxyType({
    "binance.combined": (
        "history.csv",
        "Date,Coin,Amount,TransactionFee,Address,TXID,SourceAddress,PaymentID,Status\n"
        f"2020-05-08 10:00:00,BTC,0.5,0.0004,{BTC},{TX},,,Completed\n",
    ),
    "binance.combined.withdrawals": (
        "Withdraw History.csv",
        "Date(UTC),Coin,Network,Amount,TransactionFee,Address,TXID,SourceAddress,PaymentID,Status\n"
        f"2021-05-08 10:00:00,USDT,TRX,99,1,{TRON},{TX2},,,Completed\n"
        f"2021-05-09 10:00:00,BTC,BTC,0.1,0.0005,{BTC},,,,Cancelled\n",
    ),
    "binance.trades.old": (
        "TradeHistory.csv",
        "Date(UTC),Market,Type,Price,Amount,Total,Fee,Fee Coin\n"
        "2018-01-25 22:35:29,LINKBTC,BUY,0.00004,100,0.004,0.05,BNB\n"
        '2018-01-26 22:35:29,BTCTUSD,SELL,"9,000.5",1,9000.5,9,TUSD\n',
    ),
    "binance.deposits.2025": (
        "Binance-Deposit-History.csv",
        f"Time,Coin,Network,Amount,Address,TXID,Status\n2025-03-09 00:00:01,USDT,TRX,2500,{TRON},{TX2},Completed\n",
    ),
    "binance.withdrawals.2025": (
        "Binance-Withdraw-History.csv",
        "Time,Coin,Network,Amount,Fee,Address,TXID,Status\n"
        "2025-03-09 00:00:01,XRP,XRP,25,0.2,rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh:104782,,Completed\n",
    ),
    "binance.trades.2025": (
        "Binance-Spot-Trade-History.csv",
        "Time,Pair,Side,Price,Executed,Amount,Fee\n2025-03-09 00:00:01,BTCUSDC,BUY,85000,0.02BTC,1700USDC,0.001BNB\n",
    ),
    "binance.orders": (
        "orders.csv",
        "Date(UTC);Pair;Type;Order Price;Order Amount;AvgTrading Price;Filled;Total;status\n"
        "2020-03-19 17:02:52;BTCUSDT;BUY;0.0;0.041600;6236.39;0.041600;259.44;Filled\n"
        ";Date(UTC);Trading Price;Filled;Total;Fee;;;\n;2020-03-19 17:02:52;6236.39;0.041600;259.43382400;0.01BNB;;;\n"
        "2020-03-19 18:02:52;BTCUSDT;SELL;0.0;0.041600;0;0;0;Canceled\n",
    ),
    "binance.orders.2025": (
        "orders.csv",
        "Time,OrderNo,Pair,Type,Side,Order Price,Order Amount,Time,Executed,Average Price,Trading total,Status\n"
        "2025-03-09 00:00:01,77,BTCUSDC,LIMIT,SELL,85000,0.02BTC,2025-03-09 00:00:02,0.02BTC,85000,1700USDC,FILLED\n",
    ),
    "binance.convert": (
        "Convert.csv",
        "Date,Wallet,Pair,Type,Sell,Buy,Price,Inverse Price,Date Updated,Status\n"
        "2023-06-05 19:47:00,Spot Wallet,MATICBUSD,Market,125.626918 BUSD,140.1195285 MATIC,1,1,2023-06-05,Successful\n",
    ),
    "binance.fiat": (
        "fiat.csv",
        "Date(UTC+8),Coin,Amount,Status,Payment Method,Indicated Amount,Fee,Order ID\n"
        "2021-01-01 08:00:00,EUR,99,Successful,Card,100,1,77\n",
    ),
    "binance.fiat.deposits": (
        "Fiat Deposit History.csv",
        "Date(UTCnull),Coin,Amount,Status,Payment Method,Indicated Amount,Fee,Order ID\n"
        "2021-01-01 08:00:00,EUR,99,Successful,Card,100,1,77\n",
    ),
    "binance.fiat.withdrawals": (
        "Fiat Withdraw History.csv",
        "Date(UTC),Coin,Amount,Status,Payment Method,Indicated Amount,Fee,Order ID\n"
        "2021-01-01 08:00:00,EUR,100,Failed,Bank Transfer,100,1,77\n",
    ),
    "binance.futures": (
        "futures.csv",
        "Date(UTC),type,Amount,Asset,Symbol,Transaction ID\n"
        "2021-01-01 08:00:00,COMMISSION,-0.5,USDT,BTCUSDT,1\n2021-01-01 08:00:00,REALIZED_PNL,12.25,USDT,BTCUSDT,2\n",
    ),
    "coinbase.pro.account": (
        "account.csv",
        "portfolio,type,time,amount,balance,amount/balance unit,transfer id,trade id,order id\n"
        "default,deposit,2019-12-03T16:10:24.453Z,1.5,1.5,ETH,aa,,\n"
        "default,match,2019-12-04T16:10:24.453Z,-0.5,1.0,ETH,,1,bb\n",
    ),
    "coinbase.prime.staking": (
        "staking.csv",
        "Portfolio,Portfolio ID,Entity Name,Entity ID,Wallet Name,Wallet ID,Wallet Address,Reward Address,Wallet Type,"
        "Staked Asset,Reward Currency,Date/Time of Reward,Type of Reward,Transaction ID,Amount of Reward\n"
        f"P,P-1,E,E-1,W,W-1,{EVM},{EVM},VAULT,ETH,ETH,2024-12-03T16:10:24Z,Block,0x{EVM_TX},0.0123\n",
    ),
    "okx.trading": (
        "okx.csv",
        "id,Order id,Time,Trade Type,Symbol,Action,Amount,Trading Unit,Filled Price,PnL,Fee,Fee Unit,Position Change,"
        "Position Balance,Balance Change,Balance,Balance Unit\n"
        "1,11,2024-03-08 10:15:42,Spot,BTC-USDT,Buy,0.05,BTC,68000,0,-0.00005,BTC,0,0,0.04995,0.04995,BTC\n",
    ),
    "okx.trading.2022": (
        "okx.csv",
        "id,Order id,Time,Trade Type,Instrument,Type,Amount,Unit,PL,Fee,Position Change,Position Balance,"
        "Balance Change,Balance,Unit\n"
        "1,11,2022-03-08 10:15:42 CST,Spot,BTC-USDT,Sell,0.05,BTC,0,0,0,0,-0.05,0,BTC\n",
    ),
    "okx.okex.trades": (
        "okex.csv",
        "\ufeffOrder ID,\ufeffTrade ID,\ufeffTrade Time,\ufeffPairs,\ufeffAmount,\ufeffPrice,\ufeffTotal,"
        "\ufefftaker/maker,\ufeffFee,\ufeffunit\n"
        "1,2,2020-03-08 10:15:42,ltc_usdt,-2.25,45.89,105.14 USDT,maker,-0.10514 USDT,LTC\n",
    ),
    "bybit.unified": (
        "Bybit_AssetChangeDetails_uta_567.csv",
        "UID: 567,Company Name: ,Country: \n"
        "Uid,Currency,Contract,Type,Direction,Quantity,Position,Filled Price,Funding,Fee Paid,Cash Flow,Change,"
        "Wallet Balance,Action,Time(UTC)\n"
        "567,EUR,BTCEUR,TRADE,SELL,1.61,0.00,53842.9,0.00,-0.004,1.61,1.606,12.1,--,2026-01-05 08:22:50\n"
        "567,EUR,,TRANSFER_IN,--,0.00,0.00,0.00,0.00,0.00,17.00,17.00,17.00,--,2026-01-05 08:18:56\n",
    ),
    "bybit.spot.old": (
        "assets.csv",
        "Type,Coin,Amount,Wallet Balance,Time(UTC)\nuserDeposit,BTC,0.5,0.5,2021-03-08 10:15:42\n"
        "internalAccountTransferWithdrawal,BTC,-0.5,0,2021-03-08 11:15:42\n",
    ),
    "kucoin.withdrawals": (
        "kucoin.csv",
        "UID,Account Type,Time(UTC-05:00),Coin,Amount,Fee,Hash,Withdrawal Address/Account,Transfer Network,Status,"
        "Remarks\n"
        f"987,Funding,2024-03-08 18:15:42,USDT,25,1,{TX2},{TRON},TRC20,SUCCESS,\n"
        "987,Funding,2024-03-08 18:15:42,USDT,5,0,,friend@example.org,,SUCCESS,\n",
    ),
    "kucoin.account": (
        "kucoin.csv",
        "UID,Account Type,Currency,Side,Amount,Fee,Time(UTC+08:00),Remark,Type\n"
        "987,mainAccount,USDT,Deposit,25,0,2024-03-08 18:15:42,Deposit,x\n"
        "987,mainAccount,USDT,Withdrawal,25,0,2024-03-08 19:15:42,Spot,x\n",
    ),
    "kucoin.transfers.2018": (
        "kucoin.csv",
        f"coin_type,type,add,hash,vol,created_at\nBTC,WITHDRAW,{BTC},{TX},0.5,2018-07-09 17:45:59\n",
    ),
    "kucoin.deposits.2020": (
        "kucoin.csv", "Time,Coin,Network,Amount,Type,Remark,Fee\n2020-07-09 17:45:59,BTC,btc,0.5,deposit,,0\n"
    ),
    "kucoin.withdrawals.2020": (
        "kucoin.csv",
        "Time,Coin,Network,Amount,Type,Wallet Address/Account,Remark\n"
        f"2020-07-09 17:45:59,USDT,ERC20,5,withdraw,{EVM},\n",
    ),
    "kucoin.trades.2019": (
        "kucoin.csv",
        "tradeCreatedAt,orderId,symbol,side,price,size,funds,fee,liquidity,feeCurrency,orderType,\n"
        "2020-07-09 17:45:59,5f,TKY-ETH,sell,0.5,10,5,0.005,taker,ETH,limit,\n",
    ),
    "kucoin.trades": (
        "kucoin.csv",
        "UID,Account Type,Order ID,Symbol,Side,Order Type,Avg. Filled Price,Filled Amount,Filled Volume,"
        "Filled Volume (USDT),Filled Time(UTC+08:00),Fee,Tax,Maker/Taker,Fee Currency\n"
        "987,Spot,5f,BTC-USDT,BUY,LIMIT,20000,0.5,10000,10000,2023-07-09 17:45:59,10,0,TAKER,USDT\n",
    ),
    "htx.withdrawals": (
        "withdraw.csv",
        "uid,currency,tx_hash,to_address,amount,fee,withdraw_time\n"
        f"100,btc,{TX.upper()},{BTC},0.5,0.0004,2020-03-08 10:15:42\n"
        f"100,eth,{EVM_TX.upper()},{EVM[2:].lower()},1.5,0.005,2020-03-08 10:15:42\n",
    ),
    "htx.trades.support": (
        "trades.csv",
        "uid,symbol,deal_type,order_type,account_type,price,volume,amount,fee_amount,fee_currency,fee_point_currency,"
        "fee_point_volume,deal_time\n"
        "100,btcusdt,buy,buy-limit,spot,8000,0.5,4000,0.001,btc,,,2020-03-08 10:15:42\n",
    ),
    "htx.trades": (
        "huobi.csv",
        '\ufeff"Time","Type","Pair","Side","Price","Amount","Total","Fee"\n'
        "2020-03-31 21:31:57,Exchange,LTC/BTC,Buy,0.006039,0.3146,0.0018,0.00062920LTC,\n",
    ),
    "gate.account": (
        "gate.csv",
        "no,time,action_desc,action_data,type,change_amount,amount,total\n"
        "1,2023-01-02 03:04:05,Deposits,9,USDT,100,100,100\n2,2023-01-02 03:05:05,Withdrawals,10,USDT,-40,60,60\n"
        "3,2023-01-02 03:06:05,Something New,11,GT,1,1,1\n",
    ),
    "mexc.deposits": (
        "mexc.csv",
        "Status,Time,Crypto,Network,Deposit Amount,TxID,Progress\n"
        f"Credited Successfully,2023-01-02 03:04:05,USDT,Tron(TRC20),100,{TX2}:0,20/20\n",
    ),
    "mexc.withdrawals": (
        "mexc.csv",
        "Status,Time,Crypto,Network,Request Amount,Withdrawal Address,TxID,Trading Fee,Settlement Amount,"
        "Withdrawal Descriptions\n"
        f"Withdrawal Successful,2023-01-02 03:04:05,USDT,TRC20,100,{TRON},{TX2},1,99,\n",
    ),
    "mexc.orders": (
        "mexc.csv",
        "Pairs,Time,Type,Direction,Average Filled Price,Order Price,Filled Quantity,Order Quantity,Order Amount,Status\n"
        "BTC_USDT,2023-01-02 03:04:05,LIMIT,Buy,20000,20000,0.1,0.1,2000,Filled\n",
    ),
    "mexc.trades": (
        "mexc.csv",
        "Pairs,Time,Side,Filled Price,Executed Amount,Total,Fee,Role\n"
        "BTC_USDT,2023-01-02 03:04:05,SELL,20000,0.1,2000,2,Taker\n",
    ),
    "cryptocom.app": (
        "crypto_transactions_record.csv",
        "Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,Native Currency,Native Amount,"
        "Native Amount (in USD),Transaction Kind,Transaction Hash\n"
        f"2022-01-02 03:04:05,Withdraw BTC,BTC,-0.5,,,EUR,-100,-110,crypto_withdrawal,{TX}\n"
        "2022-01-02 03:04:06,BTC -> CRO,BTC,-0.1,CRO,1000,EUR,100,110,crypto_exchange,\n"
        "2022-01-02 03:04:07,Crypto Earn,CRO,1.5,,,EUR,1,1.1,crypto_earn_interest_paid,\n",
    ),
    "bitfinex.movements": (
        "movements.csv",
        "#,DATE,CURRENCY,STATUS,AMOUNT,FEES,DESCRIPTION,TRANSACTION ID,NOTE\n"
        f"77,13-02-21 10:00:00,BTC,COMPLETED,-0.5,-0.0004,{BTC},{TX},\n"
        "78,14-02-21 10:00:00,UST,CANCELED,100,0,,,\n",
    ),
    "bitfinex.ledger": (
        "ledgers.csv",
        "#,DESCRIPTION,CURRENCY,AMOUNT,BALANCE,DATE,WALLET\n"
        "5,Trading fees for 0.1 BTC on wallet exchange,UST,-0.5,99.5,13-02-21 10:00:00,exchange\n"
        "6,Deposit (BITCOIN) #123 on wallet exchange,BTC,1,1,14-02-21 10:00:00,exchange\n",
    ),
    "bitstamp.transactions": (
        "bitstamp.csv",
        "Type,Datetime,Account,Amount,Value,Rate,Fee,Sub Type\n"
        'Deposit,"Jan. 28, 2022, 12:13 AM",Main Account,2.00000000 ETH,,,,\n'
        'Market,"Sept. 14, 2022, 12:31 PM",Main Account,1.00000000 ETH,2214.01 EUR,2214.01 EUR,10.87005 EUR,Sell\n'
        'Withdrawal,"May 30, 2022, 11:40 AM",Main Account,2211.01 EUR,,,3.00 EUR,\n',
    ),
    "bitstamp.transactions.2023": (
        "bitstamp.csv",
        "ID,Account,Type,Subtype,Datetime,Amount,Amount currency,Value,Value currency,Rate,Rate currency,Fee,"
        "Fee currency,Order ID\n"
        "9,Main,Market,Buy,2023-07-09T17:45:59Z,0.5,BTC,10000,USD,20000,USD,5,USD,44\n",
    ),
    "poloniex.deposits": (
        "depositHistory.csv",
        f"Date,Currency,Amount,Address,Status\n2018-01-17 22:26:34,BTC,2.183,{BTC},COMPLETE\n",
    ),
    "poloniex.withdrawals": (
        "withdrawalHistory.csv",
        "Date,Currency,Amount,Fee Deducted,Amount - Fee,Address,Status\n"
        f"2019-01-17 22:26:34,BTC,2.183,0.0005,2.1825,{BTC},COMPLETE: {TX}\n",
    ),
    "poloniex.distributions": (
        "distributions.csv", "date,currency,amount,wallet\n2019-01-17,ATOM,1.5,exchange\n"
    ),
    "hitbtc.payments": (
        "payments.csv",
        '"Email","Date (UTC)","Operation id","Type","Amount","Transaction hash","Main account balance","Currency"\n'
        f'"a@example.org","2020-01-17 22:26:34","op1","Deposit","0.5","{TX}","0.5","btc"\n'
        f'"a@example.org","2020-01-18 22:26:34","op2","","-0.5","{TX}","0","btc"\n',
    ),
    "cointracker.universal": (
        "trades.csv",
        "Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag\n"
        "2/27/2022 12:09,0.1,ETH,200,BUSD,0.00995,ETH,\n",
    ),
    "bittrex.orders.2019": (
        "BittrexOrderHistory_2019.csv",
        "Uuid,Exchange,TimeStamp,OrderType,Limit,Quantity,QuantityRemaining,Commission,Price,PricePerUnit,"
        "IsConditional,Condition,ConditionTarget,ImmediateOrCancel,Closed\n"
        "u1,BTC-LTC,4/11/2019 7:50:37 PM,LIMIT_SELL,0.01,10,0,0.00025,0.1,0.01,False,,0,False,4/11/2019 7:54:09 PM\n",
    ),
    "bittrex.trades.2023": (
        "trades.csv",
        "Date,Market,Side,Type,Price,Quantity,Total\n2023-03-07 07:51:43.043,BTC/USD,SELL,LIMIT,22000,0.5,11000\n",
    ),
    "bittrex.deposits": (
        "deposits.csv",
        "\nId,Amount,Currency,Confirmations,LastUpdated,TxId,CryptoAddress\n"
        f"12313,1,BTC,2,5/21/2017 1:37:47 PM,{TX},{BTC}\n12314,2,ETH,30,5/21/2017 1:37:47 PM,{EVM_TX},{EVM}\n",
    ),
    "bittrex.withdrawals": (
        "withdrawals.csv",
        "\nPaymentUuid,Currency,Amount,Address,Opened,Authorized,PendingPayment,TxCost,TxId,Canceled,InvalidAddress\n"
        f"p1,ETH,1,{EVM},12/31/2015 3:33:44 PM,TRUE,FALSE,0.006,0x{EVM_TX},FALSE,FALSE\n"
        f"p2,BTC,1,{BTC},12/31/2015 3:33:44 PM,TRUE,FALSE,0.001,,TRUE,FALSE\n",
    ),
    "bittrex.transfers.2023": (
        "transfers.csv",
        "Date,Currency,Type,Address,Memo/Tag,TxId,Amount\n"
        f'2023-03-07 07:51:43.043,ETH,WITHDRAWAL,"{EVM}","","0x{EVM_TX}",-0.20084931\n'
        '2021-09-28 22:35:21.970,BCHA,DEPOSIT,"","","1A313456CCEA5AF45B334881513CF472",+0.00000001\n',
    ),
    "paxful.trades": (
        "paxful.csv",
        "type,fiat_currency,amount_fiat,amount_btc,rate,fee_fiat,fee_btc,market_rate_usd,payment_method,partner,status,"
        "completed_at,trade_hash,offer_hash\n"
        'BUY,CAD,500.00,0.05944893,8410.58,-,-,5863.99,"Interac",none,successful,2020-03-19T11:01:52-04:00,wj1\n'
        'SELL,CAD,300.00,0.03544758,8463.20,3,0.00035447,5413.23,"Interac",partner7,successful,'
        "2020-03-17T16:31:07-04:00,D92\n",
    ),
    "paxful.transactions": (
        "paxful.csv",
        "type,amount,currency,crypto_amount,crypto_currency,balance_usd,balance_crypto,sent_to,transaction_id,"
        "trade_hash,sent_to_user,received_from_user,time\n"
        f"Sent out,-100,USD,-0.01,BTC,0,0,{BTC},{TX},,,,2022-03-19 11:01:52\n",
    ),
    "generalbytes.terminal": (
        "terminal.csv",
        "Terminal SN;Server Time;Terminal Time;Local Transaction Id;Remote Transaction Id;Type;Cash Amount;Cash Currency;"
        "Crypto Amount;Crypto Currency;Used Discount;Actual Discount (%);Destination address;"
        "Related Remote Transaction Id;Identity;Status;Phone Number;Transaction Detail;\n"
        f"BT1;2018-08-06 05:35:35.0;2018-08-06 11:35:35.0;L1;R1;BUY;5000;CZK;0.031637;BTC;;0.00;{BTC};;IC;"
        "COMPLETED (0);+420000;;\n"
        f"BT1;2018-08-06 04:44:44.0;2018-08-06 10:44:44.0;L2;R2;SELL;8000;CZK;0.052674;BTC;;0.00;{BTC2};;IA;"
        "PAYMENT ARRIVED;7;;\n"
        "BT1;2018-08-05 13:57:26.0;2018-08-05 19:57:26.0;L3;R3;WITHDRAW;2000;CZK;;;;;;RDKOT2;;COMPLETED;;;\n"
        f"BT1;2018-08-05 12:57:26.0;2018-08-05 18:57:26.0;L4;R4;BUY;100;CZK;0.001;BTC;;0.00;{BTC};;IC;"
        "ERROR (EXCHANGE PURCHASE);;76;\n",
    ),
    "bluewallet.history": (
        "My-wallet-history.csv",
        "Date,Transaction ID,Amount (BTC),Memo\n"
        f"Sun Aug 06 2023 10:15:42 GMT+0200 (Central European Summer Time),{TX},0.05,rent, August, paid\n"
        f",{TX2},-0.01,\n",
    ),
    "bluewallet.lightning": (
        "ln-history.csv",
        "Date,Transaction ID,Amount (BTC),Memo,Payment\n"
        f"Sun Aug 06 2023 10:15:42 GMT+0200 (CEST),{TX},-0.0001,coffee,Success\n",
    ),
    "trezor.suite": (
        "export-btc.csv",
        "Timestamp;Date;Time;Type;Transaction ID;Fee;Fee unit;Address;Label;Amount;Amount unit;Fiat (USD);Other\n"
        f"1643079520;1/25/2022;2:58:40 AM;SENT;{TX};0.0003;BTC;{BTC};rent;0.05;BTC;1800;\n"
        f"1643079521;1/25/2022;2:58:41 AM;RECV;{TX2};0.0001;BTC;{BTC2};;0.01;BTC;400;\n",
    ),
    "trezor.web": (
        "export_btc.csv",
        "Date,Time,TX id,Address,TX type,Value,TX total,Balance\n"
        f"2018-01-25,02:58:40,{TX},{BTC},OUT,0.05,-0.0503,1\n",
    ),
    "exodus.history": (
        "exodus.csv",
        "DATE,TYPE,FROMPORTFOLIO,TOPORTFOLIO,OUTAMOUNT,OUTCURRENCY,FEEAMOUNT,FEECURRENCY,OUTTXID,OUTTXURL,INAMOUNT,"
        "INCURRENCY,INTXID,INTXURL,ORDERID,PERSONALNOTE,TOADDRESS\n"
        f"Sun Aug 06 2023 10:15:42 GMT+0200 (CEST),withdrawal,exodus_0,,-0.5,BTC,-0.0001,BTC,{TX},,,,,,,rent,{BTC}\n"
        f"2023-08-07T08:15:42.000Z,exchange,exodus_0,exodus_0,-0.5,BTC,-0.0001,BTC,{TX},,7.5,ETH,0x{EVM_TX},,o1,,\n"
        f"2023-08-08T08:15:42.000Z,deposit,,exodus_0,,,,,,,0.25,BTC,{TX2},,,,\n",
    ),
    "exodus.history.2022": (
        "exodus.csv",
        "TXID,TXURL,DATE,TYPE,FROMPORTFOLIO,TOPORTFOLIO,COINAMOUNT,FEE,BALANCE,EXCHANGE,PERSONALNOTE\n"
        f"{TX},,2023-08-08T08:15:42.000Z,withdrawal,exodus_0,,-0.25 BTC,-0.0001 BTC,1 BTC,,\n",
    ),
    "coinomi.transactions": (
        "coinomi.csv",
        "Asset, AccountName,Address,AddressName,Value,Symbol,Fees,InternalTransfer,TransactionID,Time(UTC),"
        "Time(ISO8601-UTC),BlockExplorer\n"
        f"Bitcoin,Bitcoin,{BTC},shop,-0.5001,BTC,0.0001,,{TX},Thu Jan 2,2020-01-02T03:04Z,https://example.org\n",
    ),
    "bitcoinqt.transactions": (
        "transactions.csv",
        '"Confirmed","Date","Type","Label","Address","Amount (BTC)","ID"\n'
        f'"true","2017-08-03T03:07:35","Sent to","shop","{BTC}","-0.50000000","{TX}-000"\n'
        f'"false","2017-08-04T03:07:35","Received with","","{BTC2}","0.10000000","{TX2}"\n',
    ),
    "koinly.report": (
        "koinly.csv",
        "Date,Type,Label,Sending Wallet,Sent Amount,Sent Currency,Sent Cost Basis,Receiving Wallet,Received Amount,"
        "Received Currency,Received Cost Basis,Fee Amount,Fee Currency,Gain (GBP),Net Value (GBP),Fee Value (GBP),TxSrc,"
        "TxDest,TxHash,Description\n"
        "2022-01-02 03:04:05 UTC,transfer,,Ledger,1,BTC,9,Kraken,1,BTC,9,0.0001,BTC,0,1,1,,,abc,\n",
    ),
    "cointracking.trades": (
        "cointracking.csv",
        '"Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Group","Comment","Date"\n'
        '"Withdrawal","-","","0.00136700","ETH","0.0001","ETH","Kraken","","","20.09.2019 13:00:00"\n'
        '"Trade","0.05772716","ETH","10.99000000","EUR","0.02","EUR","Coinbase","","","24.08.2019 23:01:59"\n',
    ),
    "exodus.staking": (
        "staking.csv", '"Type","Buy","Cur.","Exchange","Group","Comment","Date"\n'
        '"Staking","1.5","ATOM","Exodus","","","05.01.2022 12:38:00"\n',
    ),
    "nexo.transactions": (
        "nexo.csv",
        "Transaction,Type,Input Currency,Input Amount,Output Currency,Output Amount,USD Equivalent,Details,"
        "Date / Time (UTC)\n"
        "N1,Withdrawal,BTC,-0.0017316,BTC,0.0017316,$69.86,approved / BTC withdrawal,2022-04-17 10:43:00\n"
        f"N2,Top up Crypto,USDC,703.85,USDC,703.85,$704.32,approved / 0x{EVM_TX},2024-09-24 11:08:42\n"
        "N3,Exchange,GBPX,-54,BTC,0.0017316,$69.85,rejected / Exchange GBPX to Bitcoin,2022-04-17 10:41:00\n",
    ),
    "uphold.transactions": (
        "uphold.csv",
        "Date,Destination,Destination Amount,Destination Currency,Fee Amount,Fee Currency,Id,Origin,Origin Amount,"
        "Origin Currency,Status,Type\n"
        "Tue May 26 2020 18:06:28 GMT+0000,xrp-ledger,314.6,XRP,0.0000021,BTC,i1,uphold,0.00714216,BTC,completed,out\n"
        "Tue Feb 11 2020 13:13:57 GMT+0100,uphold,0.00331961,BTC,,,i2,credit-card,25,GBP,completed,in\n",
    ),
    "cashapp.transactions": (
        "cash_app_report.csv",
        "Date,Transaction ID,Transaction Type,Currency,Amount,Fee,Net Amount,Asset Type,Asset Price,Asset Amount,Status,"
        "Notes,Name of sender/receiver,Account\n"
        "2024-01-02 10:00:00 EST,t1,Bitcoin Withdrawal,USD,$0,$0,$0,BTC,$40000,0.05,COMPLETE,,,\n"
        "2024-07-02 10:00:00 EDT,t2,P2P,USD,-$20,$0,-$20,,,,COMPLETE,lunch,Invented Person,Visa 1\n",
    ),
    "shapeshift.trades": (
        "shapeshift.csv",
        "id,status,timestamp,rate,minerFee,inputAmount,inputCurrency,inputAddress,inputTxid,outputAmount,outputCurrency,"
        "outputAddress,outputTxid,refundAddress,refundCurrency,refundTxid\n"
        f"s1,complete,2019-09-05T17:35:24Z,0.03,0,1.5,BTC,{BTC},{TX},45.5,ETH,{EVM},0x{EVM_TX},,,\n",
    ),
    "bitmex.wallet": (
        "wallet.csv",
        '"transactTime","transactType","amount","fee","address","transactStatus","walletBalance"\n'
        f'"4/9/2019, 11:55:00 AM","Withdrawal","-1050000","150000","{BTC}","Completed","1889603"\n'
        '"4/8/2019, 11:55:00 AM","RealisedPNL","85517","null","XBTUSD","Completed","1"\n'
        f'"4/7/2019, 11:55:00 AM","Withdrawal","-5746216","100000",""{BTC2},"Completed","-85517"\n',
    ),
    "bisq.trades": (
        "trades.csv",
        "Trade ID,Date/Time,Market,Price,Deviation,Amount in BTC,Amount,Currency,Transaction Fee,Trade Fee BTC,"
        "Trade Fee BSQ,Buyer Deposit,Seller Deposit,Offer type,Status\n"
        "b1,10 Mar 2021 10:40:20,BTC/EUR,49000.0000,N/A,0.01,490,EUR,0.00005,,0.29,0.0025,0.0025,Sell BTC,Completed\n"
        "b2,11 Jun 2019 23:31:21,BTC/EUR,10020.0000,N/A,,,EUR,0.0001,,,0.0050,0.0050,Sell BTC,Canceled\n",
    ),
    "blockchair.address": (
        "blockchair.csv",
        "Tx number,Affected address/xpub,Effect,Ticker,Amount fiat (USD),Asset rate (USD),Date,Transaction hash\n"
        f"1,{BTC},-0.5,BTC,-20000,40000,25/01/2022 02:58:40,{TX}\n",
    ),
    "blockchair.wallet": (
        "blockchair.csv",
        "Tx number,Effect,Ticker,Amount fiat (USD),Asset rate (USD),Type,Date,Public key,Wallet address,"
        "Third-party address,Transaction hash\n"
        f"1,0.5,BTC,20000,40000,External receiving,25/01/2022 02:58:40,,{BTC},{BTC2},{TX}\n",
    ),
})  # fmt: skip
